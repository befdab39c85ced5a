#include "tests/bench/scripted_terminal.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

using bytes = std::vector<std::uint8_t>;

const bytes positive{0x80, 0x00, 0x00};
const bytes completion{0x06, 0x0F, 0x00};

std::uint8_t bcd(std::uint32_t two_digits) {
    return static_cast<std::uint8_t>(two_digits / 10 * 16 + two_digits % 10);
}

}  // namespace

scripted_terminal::scripted_terminal() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 4);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

scripted_terminal::~scripted_terminal() {
    stop_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    if (const int open = connection_; open >= 0) ::shutdown(open, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

scripted_terminal::clock::time_point scripted_terminal::command_came() const {
    const std::lock_guard guard{lock_};
    return came_;
}
scripted_terminal::clock::time_point scripted_terminal::completion_left() const {
    const std::lock_guard guard{lock_};
    return left_;
}

void scripted_terminal::serve() {
    while (!stop_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connection_ = socket;
        while (talk(socket)) {
        }
        connection_ = -1;
        ::close(socket);
    }
}

bool scripted_terminal::read_apdu(int socket, bytes& apdu) {
    apdu.resize(3);
    if (::recv(socket, apdu.data(), 3, MSG_WAITALL) != 3) return false;
    std::size_t length = apdu[2];
    if (length == 0xFF) {
        apdu.resize(5);
        if (::recv(socket, apdu.data() + 3, 2, MSG_WAITALL) != 2) return false;
        length = apdu[3] + 256U * apdu[4];
    }
    const auto header = apdu.size();
    apdu.resize(header + length);
    return length == 0 || ::recv(socket, apdu.data() + header, length, MSG_WAITALL) ==
                              static_cast<ssize_t>(length);
}

bool scripted_terminal::say(int socket, const bytes& apdu) {
    return ::send(socket, apdu.data(), apdu.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(apdu.size());
}

bool scripted_terminal::pay(int socket, const bytes& command) {
    {
        const std::lock_guard guard{lock_};
        came_ = clock::now();
    }
    ++receipt_;
    // 04 0F: result 00, the command's amount, trace, receipt, card type girocard.
    bytes status{0x04, 0x0F, 0x00, 0x27, 0x00};
    for (std::size_t i = 3; i + 7 <= command.size(); ++i) {
        if (command[i] != 0x04) continue;
        status.insert(status.end(), command.begin() + static_cast<std::ptrdiff_t>(i),
                      command.begin() + static_cast<std::ptrdiff_t>(i) + 7);
        break;
    }
    const auto high = bcd(receipt_ / 100 % 100);
    const auto low = bcd(receipt_ % 100);
    for (const std::uint8_t byte :
         {std::uint8_t{0x0B}, std::uint8_t{0}, high, low, std::uint8_t{0x87}, high, low,
          std::uint8_t{0x8A}, std::uint8_t{0x05}}) {
        status.push_back(byte);
    }
    status[2] = static_cast<std::uint8_t>(status.size() - 3);
    bytes answer;
    if (!say(socket, positive) || !say(socket, status) || !read_apdu(socket, answer)) return false;
    if (!say(socket, completion)) return false;
    {
        const std::lock_guard guard{lock_};
        left_ = clock::now();
    }
    return read_apdu(socket, answer);
}

bool scripted_terminal::talk(int socket) {
    bytes command;
    bytes answer;
    if (!read_apdu(socket, command)) return false;
    const int code = command[0] << 8 | command[1];
    switch (code) {
        case 0x0601: return pay(socket, command);
        case 0x0600: {  // registration: status byte 00, a terminal id, EUR
            const bytes registered{0x06, 0x0F, 0x0A, 0x19, 0x00, 0x29, 0x12,
                                   0x34, 0x56, 0x78, 0x49, 0x09, 0x78};
            return say(socket, positive) && say(socket, registered) && read_apdu(socket, answer);
        }
        case 0x0501: {  // status enquiry: ready
            const bytes ready{0x06, 0x0F, 0x01, 0x00};
            return say(socket, positive) && say(socket, ready) && read_apdu(socket, answer);
        }
        case 0x0602: return say(socket, positive);
        case 0x0620:
        case 0x0610:
            return say(socket, positive) && say(socket, completion) && read_apdu(socket, answer);
        default: return say(socket, {0x84, 0x83, 0x00});
    }
}

}  // namespace bench
