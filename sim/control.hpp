// The control API of the emulator: what a test or a demo sees and does that no card or wire could
// show. Requests in, replies out; the HTTP around it is front/http.
//
//     control api{{&station}, acquirer};
//     const auto reply = api.handle({"GET", "/v1/state", ""}, now);     // 200 {"display": […], …}
//
//     GET    /v1/state        display, what it waits for, card, paper, counters, power
//     GET    /v1/acquirer     every booking; net charged and held per card; the totals
//     GET    /v1/trace        what crossed the wire, and what faults struck
//     GET    /v1/cards        the cards that can be presented
//     GET    /v1/faults       the faults that can still strike; DELETE forgets them
//     POST   /v1/faults       adds a script of faults (fault_script.hpp)
//     POST   /v1/card         {"action": "present"|"remove"|"autopilot", "card": NAME}
//     POST   /v1/keys         {"keys": ["1", "2", "3", "4", "OK"]}; also "CLEAR", "STOP"
//     POST   /v1/power        {"state": "off"|"on"|"cycle"}
//     POST   /v1/sale         {"amount": 1234}: a payment started at the terminal itself
//     POST   /v1/end-of-day   {}: an end of day started at the terminal itself
//
// With several terminals ?terminal=N chooses one, from 1 on.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>
#include <vector>

#include "sim/station.hpp"

namespace sim {

struct control_request {
    std::string_view verb;
    std::string_view target;  // path with query
    std::string_view body;
};

struct control_reply {
    unsigned status{};
    boost::json::value body;  // an error is {"error": "what to do"}
};

class control {
public:
    control(std::vector<station*> terminals, const acquirer&);
    [[nodiscard]] control_reply handle(const control_request&, time_point);

private:
    std::vector<station*> terminals_;
    const acquirer& acquirer_;
};

}  // namespace sim
