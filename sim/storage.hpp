// What survives a power cut: one file that is replaced whole (a terminal's memory), one that only
// grows (the acquirer's books).
//
//     record_file memory{"/var/lib/emulator/terminal.json"};
//     memory.save(text);            // returns when the disk has it; a cut leaves old or new
//
//     log_file books{"/var/lib/emulator/acquirer.log"};
//     for (const auto& line : books.load()) …       // a torn last line is cut off
//     books.append(line);           // returns when the disk has it
//
// Failures throw std::system_error: an emulator that cannot remember must not go on.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

class record_store {
public:
    virtual ~record_store() = default;
    [[nodiscard]] virtual std::optional<std::string> load() const = 0;
    virtual void save(std::string_view content) = 0;
};

class log_store {
public:
    virtual ~log_store() = default;
    [[nodiscard]] virtual std::vector<std::string> load() = 0;
    virtual void append(std::string_view line) = 0;
};

/// Steps of record_file::save, in order; a test stops after each.
enum class save_step : std::uint8_t { begun, written, synced, renamed, directory_synced };

class record_file : public record_store {
public:
    /// `after_step` is called after each step of save(); what it throws ends the save there.
    explicit record_file(std::filesystem::path path,
                         std::function<void(save_step)> after_step = {});
    [[nodiscard]] std::optional<std::string> load() const override;
    void save(std::string_view content) override;

private:
    std::filesystem::path path_;
    std::function<void(save_step)> after_step_;
};

class log_file : public log_store {
public:
    explicit log_file(std::filesystem::path path);
    log_file(const log_file&) = delete;
    log_file& operator=(const log_file&) = delete;
    ~log_file() override;
    [[nodiscard]] std::vector<std::string> load() override;
    void append(std::string_view line) override;

private:
    std::filesystem::path path_;
    int descriptor_{-1};
};

/// Without --state: remembered until the process ends.
class record_in_memory : public record_store {
public:
    [[nodiscard]] std::optional<std::string> load() const override { return content_; }
    void save(std::string_view content) override { content_ = content; }

private:
    std::optional<std::string> content_;
};

class log_in_memory : public log_store {
public:
    [[nodiscard]] std::vector<std::string> load() override { return lines_; }
    void append(std::string_view line) override { lines_.emplace_back(line); }

private:
    std::vector<std::string> lines_;
};

}  // namespace sim
