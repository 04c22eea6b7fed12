import Testing
import Text

@testable import Options

@Suite("Definitions of options")
struct OptionDefinitionTests {
  private enum Colour: String, CaseIterable, Comparable, OptionValue {
    case red, green

    static func < (first: Self, second: Self) -> Bool { first == .red && second == .green }
  }

  private struct Paint: Equatable, Sendable {
    var colour = Colour.red
    var coats: Int?
    var palette: [Colour] = []
    var names: [String] = []
    var files: [String] = []
    var isGlossy = false
    var shade = 0
  }

  private static let definitions: [OptionDefinition<Paint>] = [
    .value("colour", \.colour, default: .red, "name", help: "What it looks like."),
    .value(
      "coats", \.coats, "n", limits: .within(1...3, " coats"),
      record: .optional("coats", \.coats, isAlwaysThere: false, limits: .within(1...3)), help: "How thick it is."),
    .some("palette", \.palette, defaultText: "none", "list", record: .words("palette", \.palette), help: "Beside it."),
    .names("names", \.names, of: ["a", "b"], "list", record: .nothing, help: "What it is called."),
    .texts("file", form: .repeated, "file", record: .contents, help: "Where it is.") { $0.files = $1 },
    .value("shade", \.shade, default: 0, "n", needs: "palette", record: .nothing, help: "How dark the palette is."),
    .flag("glossy", \.isGlossy, excludes: ["coats"], record: .permission("glossy", \.isGlossy), help: "It shines."),
  ]

  private static func argument(_ name: String) throws -> OptionArgument {
    try #require(definitions.map(\.argument).first { $0.name == name })
  }

  @Test("a help text ends with the accepted values and the default")
  func help() throws {
    #expect(try Self.argument("colour").help == "What it looks like. (values: red, green; default: red)")
    #expect(try Self.argument("coats").help == "How thick it is.")
    #expect(try Self.argument("palette").help == "Beside it. (default: none)")
  }

  @Test("given options are set, the others keep their values")
  func apply() throws {
    var paint = Paint()
    try Self.definitions.apply(
      ["colour": ["green"], "palette": ["green, red"], "names": ["b"], "file": ["x", "y"], "glossy": []], to: &paint)
    #expect(
      paint
        == Paint(colour: .green, palette: [.red, .green], names: ["b"], files: ["x", "y"], isGlossy: true))
  }

  @Test(
    "a value that an option does not accept is refused and named",
    arguments: [
      ("colour", "blue", "--colour is blue, expected one of red, green"),
      ("coats", "many", "--coats is many, expected a whole number, 1 to 3 coats"),
      ("coats", "4", "--coats is 4, expected 1 to 3 coats"),
      (
        "palette", "red,red",
        "--palette is red,red, expected some of red, green, each once, separated by commas"
      ),
      ("palette", "", "--palette is , expected some of red, green, each once, separated by commas"),
      ("names", "a,c", "--names names c, expected some of a, b"),
    ])
  func faults(name: String, text: String, expected: String) throws {
    var paint = Paint()
    let error = #expect(throws: DataError.self) { try Self.definitions.apply([name: [text]], to: &paint) }
    #expect(error?.code == .usage)
    #expect(error?.description == expected)
    // A file gets the same message at once.
    let fault = try #require(try Self.argument(name).fault(in: text))
    #expect("--\(name) \(fault.finding), expected \(fault.expected)" == expected)
  }

  @Test("values are checked wherever they come from")
  func check() {
    #expect(throws: Never.self) { try Self.definitions.check(Paint(coats: 3)) }
    let error = #expect(throws: DataError.self) { try Self.definitions.check(Paint(coats: 0)) }
    #expect(error?.description == "--coats is 0, expected 1 to 3 coats")
  }

  @Test("options that exclude each other are named, starting with the one that declares it")
  func conflict() {
    #expect(Self.definitions.conflict(in: ["glossy": []]) == nil)
    let conflict = Self.definitions.conflict(in: ["coats": ["1"], "glossy": []])
    #expect(
      conflict?.refusal.description == "--glossy and --coats exclude each other. Give one of them.")
    #expect(conflict?.description == "--glossy and --coats exclude each other; give one of them")
  }

  @Test("an option that depends on a missing one is named")
  func companion() {
    #expect(Self.definitions.conflict(in: ["shade": ["1"], "palette": ["red"]]) == nil)
    let conflict = Self.definitions.conflict(in: ["shade": ["1"]])
    #expect(conflict?.refusal.description == "--shade is given without --palette. Give both, or leave it out.")
    #expect(conflict?.description == "--shade is given without --palette; give both, or leave it out")
  }

  @Test("recorded options read back; options that affect no byte are not recorded")
  func record() throws {
    let paint = Paint(colour: .green, coats: 2, palette: [.green], names: ["a"], files: ["x"], isGlossy: true)
    let members = Self.definitions.recorded(paint)
    #expect(members == ["colour": "green", "coats": 2, "palette": ["green"], "glossy": true])
    var restored = Paint()
    try Self.definitions.restore(.object(members), into: &restored)
    #expect(restored == Paint(colour: .green, coats: 2, palette: [.green], isGlossy: true))
    #expect(Self.definitions.permissions() == ["glossy"])
    // Without the options that were added later, the record equals the earlier one.
    #expect(Self.definitions.recorded(Paint()) == ["colour": "red", "palette": []])
  }

  @Test(
    "a record that no version writes is refused with its place",
    arguments: [
      ["colour": "blue"], [:], ["colour": "red", "coats": 4], ["colour": "red", "coats": "2"],
      ["colour": "red", "palette": ["blue"]], ["colour": "red", "glossy": 1],
    ] as [[String: JSONValue]])
  func strange(members: [String: JSONValue]) {
    var paint = Paint()
    let error = #expect(throws: DataError.self) {
      try Self.definitions.restore(.object(members), into: &paint)
    }
    #expect(error?.code == .badData)
    #expect(error?.place?.hasPrefix("config.") == true)
  }

  @Test("the options of a part are options of the whole")
  func within() throws {
    struct House: Equatable, Sendable { var paint = Paint() }
    let definitions = Self.definitions.map { $0.within(\House.paint) }
    var house = House()
    try definitions.apply(["colour": ["green"], "glossy": []], to: &house)
    #expect(house.paint == Paint(colour: .green, isGlossy: true))
    #expect(definitions.recorded(house) == Self.definitions.recorded(house.paint))
    #expect(definitions.permissions() == ["glossy"])
    #expect(throws: DataError.self) { try definitions.check(House(paint: Paint(coats: 9))) }
  }
}
