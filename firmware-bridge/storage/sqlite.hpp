// SQLite, thinly: handles that close themselves, errors as values. No object mapping: statements
// are SQL.
//
//     auto opened = database::open(path);               // result<database>
//     auto insert = database.prepare("INSERT INTO t VALUES (?, ?)");
//     insert->execute(7, "seven");                      // result<void>
//     auto found = select->query(7);                    // rows; the statement is busy meanwhile
//     while (found.next()) use(found.integer(0));       // false: end or error
//     if (found.error()) …
//
// One thread at a time uses a database and everything made from it. Statements must be gone before
// their database is.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "firmware-bridge/storage/error.hpp"

namespace bridge::storage {

using protocol::error_code;
using protocol::result;

/// The rows of one run of a statement. Resets the statement when it goes.
class rows {
public:
    rows(sqlite3_stmt*, error_code why_not_started) noexcept;
    ~rows();
    rows(rows&&) noexcept;
    rows& operator=(rows&&) = delete;

    /// The next row is there. False: there is none, or error() says why.
    [[nodiscard]] bool next() noexcept;
    [[nodiscard]] error_code error() const noexcept { return error_; }

    // Columns of the present row, from 0. A view lasts until the next next().
    [[nodiscard]] std::int64_t integer(int column) const noexcept;
    [[nodiscard]] std::string_view text(int column) const noexcept;
    [[nodiscard]] bool is_null(int column) const noexcept;

private:
    sqlite3_stmt* statement_;
    error_code error_;
};

/// A compiled statement.
class statement {
public:
    explicit statement(sqlite3_stmt* compiled) noexcept : compiled_{compiled} {}

    /// Runs it to its end. The number of values must be that of its parameters.
    template <class... Values>
    result<void> execute(const Values&... values) {
        auto run = query(values...);
        while (run.next()) {
        }
        if (run.error()) return run.error();
        return {};
    }

    /// Text must outlive the rows.
    template <class... Values>
    [[nodiscard]] rows query(const Values&... values) {
        expect_parameters(sizeof...(values));
        int at = 0;
        int code = SQLITE_OK;
        ((code = code == SQLITE_OK ? bind(++at, values) : code), ...);
        return started(code);
    }

private:
    void expect_parameters(std::size_t) const noexcept;
    [[nodiscard]] rows started(int code) noexcept;
    int bind_integer(int at, std::int64_t) noexcept;
    template <std::integral T>
    int bind(int at, T value) noexcept {
        return bind_integer(at, static_cast<std::int64_t>(value));
    }
    int bind(int at, std::string_view) noexcept;
    int bind(int at, std::nullptr_t) noexcept;
    template <class T>
    int bind(int at, const std::optional<T>& value) noexcept {
        return value ? bind(at, *value) : bind(at, nullptr);
    }

    struct finalize {
        void operator()(sqlite3_stmt* compiled) const noexcept { sqlite3_finalize(compiled); }
    };
    std::unique_ptr<sqlite3_stmt, finalize> compiled_;
};

class database {
public:
    /// Opens the file, which exists unless `create`. Every connection is set up alike: foreign
    /// schemas are not trusted, no memory map, waits up to 5 s for another process's lock.
    [[nodiscard]] static result<database> open(const std::filesystem::path&, bool create = false);

    [[nodiscard]] result<statement> prepare(std::string_view sql);
    /// Runs one or several statements and throws their rows away.
    result<void> execute(const char* sql);
    /// The first column of the first row; `other` when there is no row.
    [[nodiscard]] result<std::int64_t> integer(const char* sql);

    /// In no transaction: none begun, or SQLite rolled it back by itself.
    [[nodiscard]] bool autocommit() const noexcept;
    /// What SQLite says of the last error, with the system's reason.
    [[nodiscard]] std::string message() const;
    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

private:
    explicit database(sqlite3* handle) noexcept : handle_{handle} {}
    struct close {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, close> handle_;
};

/// A transaction that writes. It is rolled back unless commit() succeeded.
class transaction {
public:
    [[nodiscard]] static result<transaction> begin(database&);
    ~transaction();
    transaction(transaction&& other) noexcept
        : database_{std::exchange(other.database_, nullptr)} {}
    transaction& operator=(transaction&&) = delete;

    result<void> commit();

private:
    explicit transaction(database& opened) noexcept : database_{&opened} {}
    database* database_;  // nullptr: over
};

}  // namespace bridge::storage
