import Text

/// How the samples of a data set are divided: a bar whose parts are as wide as the splits are large.
public struct SplitBar: Sendable {
  private let title: String
  private let counts: [(split: String, count: Int)]

  /// - Parameters:
  ///   - title: what is divided; empty where there is only one.
  ///   - counts: the samples of each split, in order.
  public init(title: String, _ counts: [(split: String, count: Int)]) {
    self.title = title
    self.counts = counts
  }

  /// The bar, with the names and sizes of all splits in words; an empty split is an outline.
  public var markup: Markup {
    let total = max(1, counts.reduce(0) { $0 + $1.count })
    let parts = counts.map { split, count -> Markup in
      // Parts of a thousand are fine enough for any screen.
      let share = (count * 1000 + total / 2) / total
      return .element(
        "span",
        ["class": count == 0 ? "split \(split) none" : "split \(split)", "style": "flex-grow: \(max(1, share))"],
        .element("b", [:], Markup(split)), Markup(" \(count.grouped)"))
    }
    let name: Markup = title.isEmpty ? .empty : .element("span", ["class": "name"], Markup(title))
    return .element("div", ["class": "splits"], name, .element("div", [:], parts)) + .newline
  }
}
