// The person who settles what the bridge cannot know: looks which terminals are blocked, compares
// with the acquirer's list when the terminal stands still, and resolves.
#pragma once

#include <map>
#include <string>

#include "sim/world/timeline.hpp"

namespace tests::simulation {

class world;
struct till;

class cashier {
public:
    explicit cashier(world&);
    void start();

private:
    void look();
    void look_at(till&, const std::string& payment);
    void settle(till&, const std::string& payment, const std::string& shown,
                const std::string& refunds);

    world& world_;
    std::map<std::string, sim::world::time_point> seen_;
};

}  // namespace tests::simulation
