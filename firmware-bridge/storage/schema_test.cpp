#include "firmware-bridge/storage/schema.hpp"

#include <doctest/doctest.h>

#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::storage;
using bridge::storage::testing::temporary_directory;

TEST_SUITE_BEGIN("storage/schema");

TEST_CASE("schema: migrations are applied in order, once each") {
    const temporary_directory directory;
    auto opened = database::open(directory / "test.db", true).value();
    const char* const first[] = {"CREATE TABLE a (n); INSERT INTO a VALUES (1)"};
    const char* const both[] = {first[0], "ALTER TABLE a ADD COLUMN m; UPDATE a SET m = n + 1"};
    REQUIRE(migrate(opened, first));
    CHECK(schema_version(opened).value() == 1);
    REQUIRE(migrate(opened, both));
    REQUIRE(migrate(opened, both));
    CHECK(schema_version(opened).value() == 2);
    CHECK(opened.integer("SELECT m FROM a").value() == 2);
    CHECK(opened.integer("SELECT count(*) FROM a").value() == 1);
}

TEST_CASE("schema: a migration that fails leaves the file as the one before left it") {
    const temporary_directory directory;
    auto opened = database::open(directory / "test.db", true).value();
    const char* const scripts[] = {"CREATE TABLE a (n)",
                                   "CREATE TABLE b (n); INSERT INTO c VALUES (1)"};
    CHECK(migrate(opened, scripts).has_error());
    CHECK(schema_version(opened).value() == 1);
    CHECK(opened.integer("SELECT count(*) FROM sqlite_schema").value() == 1);
}

TEST_SUITE_END();
