#include "firmware-bridge/storage/database_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "firmware-bridge/storage/testing/faulty_vfs.hpp"
#include "firmware-bridge/storage/testing/temporary_directory.hpp"

using namespace bridge::storage;
using bridge::storage::testing::faulty_vfs;
using bridge::storage::testing::temporary_directory;
namespace fs = std::filesystem;

TEST_SUITE_BEGIN("storage/database_file");

namespace {

constexpr const char* scripts[] = {
    "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT NOT NULL)",
    "CREATE INDEX t_by_s ON t(s)",
};
constexpr database_file books{"books.db", "book", 0x7465'7374, scripts};

struct fixture {
    temporary_directory directory;
    std::optional<state_directory> state{directory.path()};
    fs::path file = directory / "books.db";

    database opened() { return open(*state, books); }

    /// A file with some pages in it, closed.
    void write(int rows = 200) {
        auto made = opened();
        auto insert = made.prepare("INSERT INTO t VALUES (?, ?)").value();
        auto all = transaction::begin(made).value();
        const std::string text(100, 'x');
        for (int n = 0; n < rows; ++n) REQUIRE(insert.execute(n, text + std::to_string(n)));
        REQUIRE(all.commit());
    }

    void overwrite(std::int64_t offset, const std::string& bytes) const {
        std::fstream out{file, std::ios::in | std::ios::out | std::ios::binary};
        out.seekp(offset);
        out << bytes;
    }

    std::vector<std::string> kept() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{directory.path()}) {
            const auto name = entry.path().filename().string();
            if (name.find(".corrupt-") != std::string::npos) names.push_back(name);
        }
        std::ranges::sort(names);
        return names;
    }

    open_error refusal() {
        try {
            (void)opened();
        } catch (const open_error& refused) {
            return refused;
        }
        FAIL("it opened");
        throw std::logic_error{"unreachable"};
    }
};

bool says(const open_error& error, const std::string& part) {
    return std::string{error.what()}.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("database file: a new one is whole, in WAL mode, ours, and readable by its owner only") {
    fixture f;
    auto opened = f.opened();
    CHECK(schema_version(opened).value() == 2);
    CHECK(opened.integer("PRAGMA application_id").value() == books.application_id);
    auto mode = opened.prepare("PRAGMA journal_mode").value();
    auto found = mode.query();
    REQUIRE(found.next());
    CHECK(found.text(0) == "wal");
    CHECK((fs::status(f.file).permissions() & fs::perms::others_all) == fs::perms::none);
    CHECK((fs::status(f.file).permissions() & fs::perms::group_all) == fs::perms::none);
    CHECK_FALSE(fs::exists(f.directory / "books.db.new"));
}

TEST_CASE("database file: what was written is there at the next opening") {
    fixture f;
    f.write();
    CHECK(f.opened().integer("SELECT count(*) FROM t").value() == 200);
}

TEST_CASE("database file: a beginning that was cut off begins anew") {
    fixture f;
    std::ofstream{f.directory / "books.db.new"} << "half a file";
    std::ofstream{f.directory / "books.db.new-wal"} << "half a log";
    CHECK(schema_version(*std::make_unique<database>(f.opened())).value() == 2);
}

TEST_CASE(
    "database file: a disk that fails at any write of the beginning leaves nothing half made") {
    unsigned refused = 0;
    for (unsigned at = 0;; ++at) {
        CAPTURE(at);
        faulty_vfs disk;
        fixture f;
        disk.fail(faulty_vfs::operation::write, at, SQLITE_IOERR_WRITE);
        try {
            (void)f.opened();
        } catch (const open_error& failed) {
            CHECK(failed.code() == errc::io_error);
            ++refused;
        }
        if (disk.failure_pending()) {
            CHECK(refused > 2);
            break;
        }
        auto opened = f.opened();
        CHECK(schema_version(opened).value() == 2);
        CHECK(f.kept().empty());
    }
}

TEST_CASE("database file: an older one is brought up to date") {
    fixture f;
    {
        const database_file older{books.name, books.what, books.application_id,
                                  migrations{scripts, 1}};
        auto opened = open(*f.state, older);
        REQUIRE(opened.execute("INSERT INTO t VALUES (1, 'kept')"));
    }
    auto opened = f.opened();
    CHECK(schema_version(opened).value() == 2);
    CHECK(opened.integer("SELECT n FROM t").value() == 1);
}

TEST_CASE("database file: a newer one is refused, both versions named, and not touched") {
    fixture f;
    f.write();
    REQUIRE(database::open(f.file).value().execute("PRAGMA user_version=7"));
    const auto refused = f.refusal();
    CHECK(refused.code() == errc::newer_schema);
    CHECK(says(refused, "schema 7"));
    CHECK(says(refused, "up to 2"));
    CHECK(f.kept().empty());
    CHECK(fs::exists(f.file));
}

TEST_CASE("database file: somebody else's database is refused and not touched") {
    fixture f;
    REQUIRE(database::open(f.file, true).value().execute("CREATE TABLE theirs (n)"));
    CHECK(f.refusal().code() == errc::foreign_file);
    CHECK(f.kept().empty());
    CHECK(fs::exists(f.file));
}

TEST_CASE(
    "database file: damage is found, the file kept under another name, nothing in its place") {
    struct row {
        const char* what;
        std::int64_t offset;
        std::size_t size;
        char with;
    };
    for (const auto& row : {row{"no header", 0, 16, 'x'}, row{"not a page size", 16, 2, '\x7f'},
                            row{"a page of the table", 4096 * 4, 4096, '\xff'},
                            row{"a page head", 4096 * 5, 8, '\x05'},
                            row{"cell pointers", 4096 * 6 + 8, 64, '\xee'}}) {
        CAPTURE(row.what);
        fixture f;
        f.write();
        f.overwrite(row.offset, std::string(row.size, row.with));
        const auto before = fs::file_size(f.file);
        const auto refused = f.refusal();
        CHECK(refused.code() == errc::corrupt);
        REQUIRE(f.kept().size() >= 1);
        const auto kept = f.kept().front();
        CHECK(kept.size() == std::string{"books.db.corrupt-20260131T120000Z"}.size());
        CHECK(says(refused, kept));
        CHECK(fs::file_size(f.directory / kept) == before);
        CHECK_FALSE(fs::exists(f.file));
    }
}

TEST_CASE("database file: one cut short or emptied is damage, not a beginning") {
    for (const std::uintmax_t size : {0u, 1u, 100u, 4096u, 4096u * 3}) {
        CAPTURE(size);
        fixture f;
        f.write();
        fs::resize_file(f.file, size);
        CHECK(f.refusal().code() == errc::corrupt);
        CHECK(f.kept().size() >= 1);
    }
}

TEST_CASE("database file: the log is kept with the damaged file that it belongs to") {
    faulty_vfs disk;
    fixture f;
    f.write();
    {
        auto opened = f.opened();
        REQUIRE(opened.execute("INSERT INTO t VALUES (1000, 'in the log')"));
        disk.cut_power();
    }
    disk.restore_power();
    REQUIRE(fs::file_size(f.directory / "books.db-wal") > 0);
    f.overwrite(4096 * 4, std::string(4096, '\xff'));
    CHECK(f.refusal().code() == errc::corrupt);
    const auto kept = f.kept();
    REQUIRE(kept.size() >= 2);
    CHECK(std::ranges::find(kept, kept.front() + "-wal") != kept.end());
}

TEST_CASE("database file: after damage nothing opens until a person has decided") {
    fixture f;
    f.write();
    f.overwrite(0, std::string(100, 'x'));
    REQUIRE(f.refusal().code() == errc::corrupt);
    const auto kept = f.kept().front();

    auto again = f.refusal();
    CHECK(again.code() == errc::needs_operator);
    CHECK(says(again, kept));
    CHECK_FALSE(fs::exists(f.file));

    SUBCASE("the file is named, not the log or the index that are kept with it") {
        for (const char* ending : {"-shm", "-wal"}) std::ofstream{f.directory / (kept + ending)};
        CHECK(says(f.refusal(), " but " + kept + " is:"));
    }
    SUBCASE("a backup is put in its place") {
        {
            fixture backup;
            backup.write(3);
            backup.state.reset();
            fs::copy_file(backup.file, f.file);
        }
        CHECK(f.opened().integer("SELECT count(*) FROM t").value() == 3);
        CHECK(f.kept().front() == kept);
    }
    SUBCASE("the kept file is moved away, to begin anew") {
        const temporary_directory elsewhere;
        for (const auto& name : f.kept()) fs::rename(f.directory / name, elsewhere / name);
        CHECK(f.opened().integer("SELECT count(*) FROM t").value() == 0);
    }
}

TEST_CASE("database file: a file that vanished and left its log is not begun anew") {
    faulty_vfs disk;
    fixture f;
    {
        auto opened = f.opened();
        REQUIRE(opened.execute("INSERT INTO t VALUES (1, 'x')"));
        disk.cut_power();
    }
    disk.restore_power();
    fs::remove(f.file);
    CHECK(f.refusal().code() == errc::needs_operator);
    CHECK_FALSE(fs::exists(f.file));
}

TEST_CASE("database file: a large one is not read whole, unless it was met as damaged before") {
    fixture f;
    f.write();
    // An index entry less than the table has: only a whole check compares the two.
    {
        auto opened = database::open(f.file).value();
        sqlite3_db_config(opened.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
        REQUIRE(
            opened.execute("PRAGMA writable_schema=ON;"
                           "UPDATE sqlite_schema SET rootpage=2 WHERE name='t_by_s'"));
    }
    const check_limits none{0, 0};
    CHECK_NOTHROW((void)open(*f.state, books, none));
    mark_suspect(*f.state, books);
    CHECK_THROWS_AS((void)open(*f.state, books, none), open_error);
    CHECK_FALSE(fs::exists(f.directory / "books.db.suspect"));
}

TEST_CASE("database file: a suspicion that proves wrong is forgotten") {
    fixture f;
    f.write();
    mark_suspect(*f.state, books);
    CHECK(fs::exists(f.directory / "books.db.suspect"));
    CHECK(f.opened().integer("SELECT count(*) FROM t").value() == 200);
    CHECK_FALSE(fs::exists(f.directory / "books.db.suspect"));
}

TEST_SUITE_END();
