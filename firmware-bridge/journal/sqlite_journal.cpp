#include "firmware-bridge/journal/sqlite_journal.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <filesystem>
#include <mutex>
#include <variant>

#include "firmware-bridge/journal/group_commit.hpp"

namespace bridge::journal {
namespace {

namespace asio = boost::asio;
using protocol::result;

using answer = std::function<void()>;

struct queued_commit {
    batch step;
    journal::handler<std::uint64_t> then;
};
struct queued_read {
    std::function<answer(group_commit&)> work;
};
using queued = std::variant<queued_commit, queued_read>;

}  // namespace

class sqlite_journal::worker {
public:
    worker(asio::any_io_executor executor, const storage::state_directory& state,
           sqlite_journal_options options)
        : executor_{std::move(executor)},
          directory_{state.path()},
          options_{std::move(options)},
          file_{state, journal_file::open(state, options_.check),
                [this](const std::string& text) { post_report(text); }} {
        if (!options_.blocking) options_.blocking = own_thread_.emplace(1).get_executor();
    }

    ~worker() {
        if (own_thread_) own_thread_->join();
        *here_ = nullptr;  // a round that an injected executor has not run yet is none any more
    }

    void push(queued call) {
        const std::lock_guard held{mutex_};
        queue_.push_back(std::move(call));
        if (std::exchange(scheduled_, true)) return;
        asio::post(options_.blocking, [here = here_] {
            if (*here != nullptr) (*here)->run_round();
        });
    }

    template <class T>
    void read(std::function<result<T>(journal_file&)> work, handler<T> then) {
        push(queued_read{
            [work = std::move(work), then = std::move(then)](group_commit& file) -> answer {
                return [then, found = file.read(work)] { then(found); };
            }});
    }

private:
    /// Everything that is queued; what is pushed meanwhile is the next round's.
    void run_round() {
        auto round = take();
        perform(round);
        file_.checkpoint(options_.checkpoint_pages, room_left());
    }

    [[nodiscard]] std::uintmax_t room_left() const {
        std::error_code unknown;  // then the space is -1, which is plenty
        return std::filesystem::space(directory_, unknown).available;
    }

    std::deque<queued> take() {
        const std::lock_guard held{mutex_};
        scheduled_ = false;
        return std::exchange(queue_, {});
    }

    void perform(std::deque<queued>& round) {
        std::vector<const batch*> group;
        for (const auto& call : round) {
            if (const auto* one = std::get_if<queued_commit>(&call)) group.push_back(&one->step);
        }
        std::vector<group_commit::outcome> outcomes;
        if (!group.empty()) outcomes = file_.commit(group);

        std::vector<answer> answers;
        auto outcome = outcomes.begin();
        for (auto& call : round) {
            if (auto* commit = std::get_if<queued_commit>(&call)) {
                answers.push_back(
                    [then = std::move(commit->then), made = *outcome++] { then(made); });
            } else {
                post(std::move(answers));  // nobody's commit waits for another one's read
                answers.clear();
                answers.push_back(std::get<queued_read>(call).work(file_));
            }
        }
        post(std::move(answers));
    }

    void post(std::vector<answer> answers) {
        if (answers.empty()) return;
        asio::post(executor_, [answers = std::move(answers)] {
            for (const auto& one : answers) one();
        });
    }

    void post_report(const std::string& text) {
        if (options_.report) {
            asio::post(executor_, [report = options_.report, text] { report(text); });
        }
    }

    asio::any_io_executor executor_;
    std::filesystem::path directory_;
    sqlite_journal_options options_;
    group_commit file_;

    std::mutex mutex_;
    std::deque<queued> queue_;
    bool scheduled_{};
    std::shared_ptr<worker*> here_{std::make_shared<worker*>(this)};

    std::optional<asio::thread_pool> own_thread_;  // last: it uses all of the above
};

sqlite_journal::sqlite_journal(asio::any_io_executor executor,
                               const storage::state_directory& state,
                               sqlite_journal_options options)
    : worker_{std::make_unique<worker>(std::move(executor), state, std::move(options))} {}

sqlite_journal::~sqlite_journal() = default;

void sqlite_journal::commit(batch step, handler<std::uint64_t> then) {
    worker_->push(queued_commit{std::move(step), std::move(then)});
}

void sqlite_journal::load_open(handler<open_state> then) {
    worker_->read<open_state>([](auto& file) { return file.load_open(); }, std::move(then));
}

void sqlite_journal::find_payment(std::string id, handler<sales::payment> then) {
    worker_->read<sales::payment>(
        [id = std::move(id)](auto& file) { return file.find_payment(id); }, std::move(then));
}

void sqlite_journal::find_refund(std::string id, handler<sales::refund> then) {
    worker_->read<sales::refund>([id = std::move(id)](auto& file) { return file.find_refund(id); },
                                 std::move(then));
}

void sqlite_journal::find_operation(std::string id, handler<sales::operation> then) {
    worker_->read<sales::operation>(
        [id = std::move(id)](auto& file) { return file.find_operation(id); }, std::move(then));
}

void sqlite_journal::find_key(std::string key, handler<std::optional<key_claim>> then) {
    worker_->read<std::optional<key_claim>>(
        [key = std::move(key)](auto& file) { return file.find_key(key); }, std::move(then));
}

void sqlite_journal::list_payments(payment_filter filter, page wanted,
                                   handler<listing<sales::payment>> then) {
    worker_->read<listing<sales::payment>>(
        [filter = std::move(filter), wanted = std::move(wanted)](auto& file) {
            return file.list_payments(filter, wanted);
        },
        std::move(then));
}

void sqlite_journal::list_refunds(std::string payment, page wanted,
                                  handler<listing<sales::refund>> then) {
    worker_->read<listing<sales::refund>>(
        [payment = std::move(payment), wanted = std::move(wanted)](auto& file) {
            return file.list_refunds(payment, wanted);
        },
        std::move(then));
}

void sqlite_journal::events_after(std::uint64_t after, std::size_t limit,
                                  handler<std::vector<stored_event>> then) {
    worker_->read<std::vector<stored_event>>(
        [=](auto& file) { return file.events_after(after, limit); }, std::move(then));
}

void sqlite_journal::last_sequence(handler<std::uint64_t> then) {
    worker_->read<std::uint64_t>(
        [](auto& file) -> result<std::uint64_t> { return file.position().last_sequence; },
        std::move(then));
}

void sqlite_journal::find_bookmark(std::string follower, handler<std::uint64_t> then) {
    worker_->read<std::uint64_t>(
        [follower = std::move(follower)](auto& file) { return file.find_bookmark(follower); },
        std::move(then));
}

}  // namespace bridge::journal
