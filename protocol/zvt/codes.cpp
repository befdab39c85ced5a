#include "protocol/zvt/codes.hpp"

#include <array>
#include <cstddef>

namespace protocol::zvt {
namespace {

struct row {
    std::uint16_t code;
    std::string_view text;
};

/// A table with one place for every code up to `Size`, filled from rows.
template <std::size_t Size, std::size_t Rows>
constexpr std::array<std::string_view, Size> by_code(const row (&rows)[Rows]) {
    std::array<std::string_view, Size> table{};
    for (const auto& r : rows) table[r.code] = r.text;
    return table;
}

// clang-format off
constexpr row results[] = {
    {0x00, "no error"},
    {0x64, "card not readable (LRC or parity)"},
    {0x65, "card data not present"},
    {0x66, "processing error (card reader)"},
    {0x67, "not permitted for ec and Maestro cards"},
    {0x68, "not permitted for credit and fuel cards"},
    {0x6A, "turnover file full"},
    {0x6B, "terminal not registered"},
    {0x6C, "stopped by timeout or key"},
    {0x6E, "card blocked"},
    {0x6F, "wrong currency"},
    {0x71, "credit on the chip too low"},
    {0x72, "chip error"},
    {0x73, "card data wrong"},
    {0x74, "DUKPT exhausted"},
    {0x75, "text not authentic"},
    {0x76, "PAN not on the whitelist"},
    {0x77, "end of day not possible"},
    {0x78, "card expired"},
    {0x79, "card not yet valid"},
    {0x7A, "card unknown"},
    {0x7B, "no fallback to magnetic stripe for girocard"},
    {0x7C, "no fallback to magnetic stripe for other cards"},
    {0x7D, "communication module does not answer"},
    {0x7E, "no fallback to magnetic stripe, debit advice possible (girocard)"},
    {0x83, "function not possible"},
    {0x85, "key missing"},
    {0x89, "PIN pad defective"},
    {0x9A, "protocol error"},
    {0x9B, "dial-up error"},
    {0x9C, "please wait"},
    {0xA0, "receiver not ready"},
    {0xA1, "remote station does not answer"},
    {0xA3, "no connection"},
    {0xA4, "submission of GeldKarte not possible"},
    {0xA5, "function forbidden by PCI or P2PE"},
    {0xB1, "memory full"},
    {0xB2, "merchant journal full"},
    {0xB4, "already reversed"},
    {0xB5, "reversal not possible"},
    {0xB7, "pre-authorisation wrong or amount too high"},
    {0xB8, "pre-authorisation error"},
    {0xBF, "voltage too low"},
    {0xC0, "card locking mechanism defective"},
    {0xC1, "merchant card locked"},
    {0xC2, "diagnosis required"},
    {0xC3, "amount above the maximum"},
    {0xC4, "card profile invalid"},
    {0xC5, "payment method not supported"},
    {0xC6, "currency not applicable"},
    {0xC8, "amount too small"},
    {0xC9, "maximum transaction amount too small"},
    {0xCB, "only permitted in euro"},
    {0xCC, "printer not ready"},
    {0xCD, "cashback not possible"},
    {0xD2, "not permitted for service and customer cards"},
    {0xDC, "card inserted"},
    {0xDD, "error when ejecting the card"},
    {0xDE, "error when inserting the card"},
    {0xE0, "remote maintenance active"},
    {0xE2, "card reader does not answer or is defective"},
    {0xE3, "shutter closed"},
    {0xE4, "terminal activation required"},
    {0xE7, "goods group not found"},
    {0xE8, "no goods group table"},
    {0xE9, "restriction code not permitted"},
    {0xEA, "card code not permitted (diagnosis)"},
    {0xEB, "PIN algorithm not known"},
    {0xEC, "PIN processing not possible"},
    {0xED, "PIN pad defective"},
    {0xF0, "open end of day"},
    {0xF1, "ec or Maestro offline error"},
    {0xF5, "OPT error"},
    {0xF6, "OPT data not available"},
    {0xFA, "clearing of offline transactions failed"},
    {0xFB, "turnover data record defective"},
    {0xFC, "device missing or defective"},
    {0xFD, "baudrate not supported"},
    {0xFE, "register unknown"},
    {0xFF, "system error"},
};

constexpr row intermediate[] = {
    {0x00, "confirm the amount"},
    {0x01, "please watch the PIN pad"},
    {0x02, "please watch the PIN pad"},
    {0x03, "not accepted"},
    {0x04, "waiting for the host"},
    {0x05, "sending an automatic reversal"},
    {0x06, "sending post-bookings"},
    {0x07, "card not admitted"},
    {0x08, "card unknown"},
    {0x09, "card expired"},
    {0x0A, "insert card"},
    {0x0B, "remove card"},
    {0x0C, "card not readable"},
    {0x0D, "processing error"},
    {0x0E, "please wait"},
    {0x0F, "automatic end of day starts"},
    {0x10, "card invalid"},
    {0x11, "balance display"},
    {0x12, "malfunction"},
    {0x13, "payment not possible"},
    {0x14, "credit too low"},
    {0x15, "PIN wrong"},
    {0x16, "limit too low"},
    {0x17, "please wait"},
    {0x18, "PIN tries exceeded"},
    {0x19, "card data wrong"},
    {0x1A, "service mode"},
    {0x1B, "approved, please fill up"},
    {0x1C, "approved, please take the goods"},
    {0x1D, "declined"},
    {0x26, "enter the phone number"},
    {0x27, "repeat the phone number"},
    {0x28, "choose the currency"},
    {0x29, "choose the language"},
    {0x2A, "insert the card to load"},
    {0x2B, "emergency operation, offline"},
    {0x2C, "choose the application"},
    {0x68, "card inserted"},
    {0x69, "choose currency conversion (DCC)"},
    {0xC7, "enter the mileage"},
    {0xC8, "waiting for the cashier"},
    {0xC9, "automatic diagnosis starts"},
    {0xCA, "automatic initialisation starts"},
    {0xCB, "merchant journal full"},
    {0xCC, "debit advice not possible, PIN required"},
    {0xD2, "dialling"},
    {0xD3, "connected"},
    {0xE0, "choose the application"},
    {0xE1, "choose the language"},
    {0xE2, "use a cleaning card"},
    {0xF1, "offline"},
    {0xF2, "online"},
    {0xF3, "offline transaction"},
    {0xFF, "see the text"},
};

constexpr row statuses[] = {
    {0x00, "ready"},
    {0x51, "initialisation required"},
    {0x62, "date or time wrong"},
    {0x64, "card not readable, insert it again"},
    {0x65, "OPT action required"},
    {0x9C, "please wait"},
    {0x9D, "partial issue of goods"},
    {0xB1, "memory full, end of day required"},
    {0xB2, "merchant journal full"},
    {0xBF, "voltage too low"},
    {0xC0, "card locking mechanism defective"},
    {0xC1, "merchant card locked"},
    {0xC2, "diagnosis required"},
    {0xC4, "card profile invalid"},
    {0xCC, "printer not ready"},
    {0xDC, "card inserted"},
    {0xDF, "out of order"},
    {0xE0, "remote maintenance active"},
    {0xE1, "card not completely removed"},
    {0xE2, "card reader defective"},
    {0xE3, "shutter closed"},
    {0xE4, "terminal activation required"},
    {0xF0, "reconciliation required"},
    {0xF6, "OPT data missing"},
};

constexpr row cards[] = {
    {1, "Douglas"}, {2, "ec card (old)"}, {3, "Miles&More"}, {4, "reserved"}, {5, "girocard"},
    {6, "Mastercard"}, {7, "EAPS"}, {8, "American Express"}, {9, "debit advice (ELV)"},
    {10, "Visa"}, {11, "Visa Electron"}, {12, "Diners"}, {13, "V PAY"}, {14, "JCB"},
    {15, "REKA"}, {16, "Esso fleet"}, {17, "Happiness"}, {18, "DKV/SVG"},
    {19, "Transact gift card"}, {20, "Shell fleet"}, {21, "Payeasy"}, {22, "DEA"},
    {23, "boncard POINTS"}, {24, "Leaseplan"}, {25, "boncard PAY"}, {26, "OK"},
    {27, "Klarmobil"}, {28, "UTA"}, {29, "Mobile World"}, {30, "GeldKarte"}, {31, "Ukash"},
    {32, "Hessol"}, {33, "Wallie"}, {34, "Lomo"}, {35, "MyOne"}, {36, "Woehrl"},
    {37, "Douglas group gift card"}, {38, "Breuninger"}, {39, "ABO"}, {40, "BSW"},
    {41, "BonusCard"}, {42, "Comfort"}, {43, "CCC Commit"}, {44, "YESSS"},
    {45, "DataStandards"}, {46, "Maestro"}, {47, "GiftCard"}, {48, "Easycard"},
    {49, "Jelmoli"}, {50, "CitiShopping"}, {51, "J-Geschenk"}, {52, "EuroReal"},
    {53, "Jubin"}, {54, "Hertie"}, {55, "Manor"}, {56, "Goertz"}, {57, "Power"},
    {58, "Lafayette"}, {59, "Supercard plus"}, {60, "Heinemann"}, {61, "SwissBonus"},
    {62, "Harley Davidson"}, {63, "SwissCadeau"}, {64, "Shopping Plus"}, {65, "Tetora"},
    {66, "Family Dent"}, {67, "WIRcard"}, {68, "Karstadt Club"}, {69, "Postfinance"},
    {70, "Hagebau"}, {71, "Lebara"}, {72, "Lycamobile"}, {73, "GT Mobile"}, {74, "HP"},
    {75, "epay gift card"}, {76, "IKEA Family Plus"}, {77, "Karstadt Bonus"},
    {78, "Koch Plus"}, {79, "Yapital"}, {80, "XTRA"}, {81, "Pay-At-Match"}, {82, "Optimus"},
    {83, "Lunch-Check"}, {84, "VW Club"}, {85, "Tankstellen-Netz"}, {86, "Scandlines"},
    {87, "Bancontact"}, {88, "Cast payment"}, {89, "PAYBACK PAY"}, {90, "Cast bonus"},
    {91, "ValueMaster"}, {92, "ECMcard"}, {93, "Orlen fleet"}, {94, "Solitair"},
    {95, "Orlen Star"}, {96, "Blauworld"}, {97, "Alipay"}, {98, "REA gift or bonus card"},
    {99, "Roth"}, {100, "Roth TP"}, {101, "EuroWAG"}, {102, "Porsche"}, {103, "ARBOe"},
    {104, "OeAMTC"}, {105, "Netto-App"}, {106, "GroupCard"}, {107, "Alipay @POS 2"},
    {108, "Cheque Dejeuner"}, {109, "Callio Gastro"}, {110, "DOXX"}, {111, "Instant Payment"},
    {112, "AVIA PrePaid"}, {127, "AirPlus"}, {137, "Hornbach Profi"},
    {138, "Hornbach Projektwelt"}, {142, "Weat fleet"}, {144, "GDB fleet"},
    {146, "DKV blue fleet"}, {148, "Conoco/Jet fleet"}, {149, "Gulf fleet"},
    {150, "Eurotrafic fleet"}, {152, "Westfalen fleet"}, {154, "Elf fleet"},
    {155, "Praesentcard"}, {156, "Agip fleet"}, {157, "Hornbach gift card"},
    {158, "Total fleet"}, {160, "AVIA"}, {162, "BFT fleet"}, {164, "Routex fleet"},
    {166, "PAN-Diesel fleet"}, {176, "BayWa"}, {177, "GAZ/Roadrunner"}, {178, "Go"},
    {179, "XNet"}, {180, "Paysafe Blue"}, {181, "Paysafe Red"}, {182, "Tele2"},
    {183, "Sunrise"}, {184, "Sorena ZED"}, {185, "Quam now"}, {186, "Mox Universal"},
    {187, "Mox Calling"}, {188, "Loop"}, {189, "Go Bananas"}, {190, "Free&Easy"},
    {191, "Callya"}, {192, "VCS-DAFA"}, {193, "Caravaning"}, {194, "AirPlus Cargo"},
    {195, "HEM"}, {196, "Dankort"}, {197, "Visa/Dankort"}, {198, "CUP"}, {199, "Mango"},
    {200, "Payback (payment)"}, {201, "Lunch"}, {202, "Payback (no payment)"},
    {203, "Micromoney prepaid"}, {204, "T-Card prepaid"}, {205, "Blau prepaid"},
    {206, "BILDMobil prepaid"}, {207, "Congstar prepaid"}, {208, "C3 Bestminutes prepaid"},
    {209, "C3 Bestcard prepaid"}, {210, "C3 Callingcard prepaid"}, {211, "EDEKAMOBIL prepaid"},
    {212, "XTRA-PIN prepaid"}, {213, "Klimacard"}, {214, "ICP fleet"}, {215, "ICP gift card"},
    {216, "ICP bonus card"}, {217, "Austria Card"}, {218, "ConCardis gift card"},
    {219, "TeleCash gift card"}, {220, "Shell credit card"}, {221, "ADAC"},
    {222, "Shell Clubsmart"}, {223, "Shell prepaid"}, {224, "Shell Mastercard"},
    {225, "bauMax"}, {226, "Fiat service"}, {227, "Nissan"}, {228, "OeBB Vorteilscard"},
    {229, "Oesterreich Ticket"}, {230, "Shopin"}, {231, "Tlapa"}, {232, "Discover"},
    {233, "frei&flott"}, {234, "Syrcon"}, {235, "Citybike"}, {236, "unused"}, {237, "unused"},
    {238, "IKEA Family"}, {239, "Ikano"}, {240, "Intercard gift card"},
    {241, "Intercard customer card"}, {242, "M&M gift card"}, {243, "Montrada"},
    {244, "CP customer card"}, {245, "American Express Membership Rewards"}, {246, "FONIC"},
    {247, "OTELO"}, {248, "SIMYO"}, {249, "Schlecker Smobil"}, {250, "Schlecker extra"},
    {251, "CHRIST gift card"}, {252, "IQ"}, {253, "AVS gift card"}, {254, "Novofleet"},
    {255, "see tag 41"}, {256, "MIFARE NFC"}, {257, "myCard4u"}, {258, "Ratenkauf"},
    {259, "AVIA prepaid"}, {260, "BlueCode"},
};
// clang-format on

constexpr auto result_texts = [] {
    auto table = by_code<256>(results);
    for (std::size_t code = 0x01; code <= 0x63; ++code) table[code] = "host or network code";
    return table;
}();
constexpr auto intermediate_texts = by_code<256>(intermediate);
constexpr auto status_texts = by_code<256>(statuses);
constexpr auto card_names = by_code<261>(cards);

/// Codes 41-5D, 66 and 67 say what code - 40 says, and that the card shall be removed.
constexpr bool also_removes_card(std::size_t code) {
    return (code >= 0x41 && code <= 0x5D) || code == 0x66 || code == 0x67;
}

struct joined_text {
    std::array<char, 64> letters{};
    std::size_t size{};

    constexpr void append(std::string_view text) {
        for (const char letter : text) letters[size++] = letter;
    }
    [[nodiscard]] constexpr std::string_view view() const { return {letters.data(), size}; }
};

constexpr std::size_t first_joined = 0x41;
constexpr std::size_t last_joined = 0x67;

constexpr auto texts_with_removal = [] {
    std::array<joined_text, last_joined - first_joined + 1> table{};
    for (std::size_t code = first_joined; code <= last_joined; ++code) {
        if (!also_removes_card(code)) continue;
        auto& text = table[code - first_joined];
        // "insert card" and "remove card" themselves only become "remove card".
        if (code != 0x4A && code != 0x4B) {
            text.append(intermediate_texts[code - 0x40]);
            text.append(", ");
        }
        text.append("remove card");
    }
    return table;
}();

}  // namespace

std::string_view result_code_text(std::uint8_t code) noexcept { return result_texts[code]; }

std::string_view intermediate_status_text(std::uint8_t code) noexcept {
    if (also_removes_card(code)) return texts_with_removal[code - first_joined].view();
    return intermediate_texts[code];
}

std::string_view terminal_status_text(std::uint8_t code) noexcept { return status_texts[code]; }

std::string_view card_type_name(std::uint16_t id) noexcept {
    return id < card_names.size() ? card_names[id] : std::string_view{};
}

}  // namespace protocol::zvt
