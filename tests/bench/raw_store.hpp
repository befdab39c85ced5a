// SQLite by itself: what a durable commit costs on this disk, for benches to compare with.
#pragma once

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace bench {

/// A database that commits one small row as durably as the journal does.
class raw_store {
public:
    explicit raw_store(const std::string& path) {
        sqlite3_open(path.c_str(), &database_);
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY "
            "KEY, body TEXT)");
    }
    ~raw_store() { sqlite3_close(database_); }
    raw_store(const raw_store&) = delete;
    raw_store& operator=(const raw_store&) = delete;
    void commit() { run(row_.c_str()); }

private:
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            std::fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(database_));
            std::exit(1);
        }
    }
    sqlite3* database_{};
    std::string row_ = "INSERT INTO t (body) VALUES ('" + std::string(1200, 'x') + "')";
};

}  // namespace bench
