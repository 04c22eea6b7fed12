/// Two things side by side, one row for each of their properties, and what is wrong with the pair above them.
public struct PairTable: Sendable {
  /// One of the two things.
  public struct Side: Sendable {
    let name: String
    let split: String
    let context: String

    /// - Parameters:
    ///   - name: what it is called.
    ///   - split: `train`, `valid` or `test`.
    ///   - context: where it is from, if there is a choice; empty otherwise.
    public init(name: String, split: String, context: String = "") {
      self.name = name
      self.split = split
      self.context = context
    }
  }

  /// A property; nil where a side does not have it.
  public struct Property: Sendable {
    let name: String
    let values: [String?]

    /// - Parameter name: what it is: `time`, `words`.
    public init(_ name: String, _ first: String?, _ second: String?) {
      self.name = name
      self.values = [first, second]
    }
  }

  private let reason: String
  private let sides: [Side]
  private let properties: [Property]

  /// - Parameters:
  ///   - reason: what is wrong with the two.
  ///   - properties: those that neither side has are left out.
  public init(reason: String, _ first: Side, _ second: Side, properties: [Property]) {
    self.reason = reason
    sides = [first, second]
    self.properties = properties.filter { $0.values.contains { $0 != nil } }
  }

  /// The table; equal values are marked as such in words.
  public var markup: Markup {
    let heads = sides.map { side -> Markup in
      let context: Markup =
        side.context.isEmpty ? .empty : .element("span", ["class": "soft"], Markup(" \(side.context)"))
      return .element("th", ["scope": "col"], .split(side.split), .code(side.name), context)
    }
    let rows = properties.map { property -> Markup in
      let isSame = property.values[0] == property.values[1]
      let same: Markup = isSame ? .element("span", ["class": "same"], "same") : .empty
      let cells = property.values.map { Markup.element("td", [:], Markup($0 ?? "–")) }
      return .element(
        "tr", isSame ? ["class": "equal"] : [:], [.element("th", ["scope": "row"], Markup(property.name), same)] + cells
      )
        + .newline
    }
    return .element(
      "table", ["class": "pair"], .element("caption", [:], Markup(reason)), .newline,
      .element("thead", [:], .element("tr", [:], [.element("td")] + heads)), .newline, .element("tbody", [:], rows))
      + .newline
  }
}

extension Markup {
  /// The name of a split in its colour, as in charts.
  public static func split(_ name: String) -> Markup { .element("span", ["class": "split \(name)"], Markup(name)) }
}
