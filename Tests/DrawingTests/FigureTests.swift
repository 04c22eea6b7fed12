import Drawing
import Foundation
import Testing

@Suite("Figures")
struct FigureTests {
  static let figure = Figure(
    [
      Panel(
        "Error", xLabel: "epoch", yLabel: "MAE",
        series: [
          .init("train", .line, .blue, (1...40).map { .init(Double($0), 1.1 * exp(-Double($0) / 30)) }),
          .init(
            "validation", .dashes, .orange,
            (1...40).map { .init(Double($0), $0 == 20 ? .nan : 0.4 + 0.5 * exp(-Double($0) / 9)) }),
        ], guides: [.vertical(31, "best epoch 31")]),
      Panel(
        "Predicted against true", xLabel: "label", yLabel: "prediction",
        series: [
          .init(
            nil, .dots, .blue, (0..<200).map { .init(sin(Double($0)) * 3, sin(Double($0)) * 2 + cos(Double($0 * 7))) })
        ],
        guides: [.diagonal]),
      Panel(
        "Residuals", xLabel: "prediction − label", yLabel: "samples",
        series: [.init(nil, .bars, .green, (-6...6).map { .init(Double($0) / 2, Double(40 - $0 * $0)) })]),
    ], label: "three panels")

  @Test("the same figure gives the same marks")
  func deterministic() {
    #expect(Self.figure.drawing == Self.figure.drawing)
    #expect(Self.figure.drawing.svg == Self.figure.drawing.svg)
  }

  @Test("panels are laid out side by side, row by row")
  func sizes() {
    #expect((Self.figure.drawing.width, Self.figure.drawing.height) == (880, 620))
    #expect(Figure([], label: "").drawing.height == 320)
  }

  @Test("everything drawn stays on the sheet")
  func inside() throws {
    let svg = Self.figure.drawing.svg
    let places = svg.matches(of: /points="([^"]+)"/).flatMap { $0.1.split(separator: " ") }
    #expect(places.count > 100)
    for place in places {
      let numbers = place.split(separator: ",").compactMap { Double($0) }
      try #require(numbers.count == 2)
      #expect((0...880).contains(numbers[0]) && (0...620).contains(numbers[1]), "\(place)")
    }
  }

  @Test("a value that is not finite interrupts the line")
  func gap() {
    func lines(_ values: [Double]) -> Int {
      let points = values.enumerated().map { Panel.Series.Point(Double($0), $1) }
      let panel = Panel("", xLabel: "", yLabel: "", series: [.init(nil, .line, .blue, points)])
      return Figure([panel], label: "").drawing.svg.matches(of: /<polyline[^>]*stroke="#2166ac"/).count
    }
    #expect(lines([1, 2, 3, 4, 5]) == 1)
    #expect(lines([1, 2, .nan, 4, 5]) == 2)
  }

  @Test(
    "values at the extremes of the number range are drawn or left out, without a trap",
    arguments: [
      [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude], [0, .leastNonzeroMagnitude], [1, Double(1).nextUp],
      [1e299, Double(1e299).nextUp], [-.infinity, .nan], [1e-299, 1e-299], [9e15, 9e15 + 2],
    ])
  func extremes(values: [Double]) {
    let points = values.enumerated().map { Panel.Series.Point(Double($0), $1) }
    let panel = Panel("", xLabel: "", yLabel: "", series: [.init("a", .line, .blue, points)])
    #expect(!Figure([panel], label: "").drawing.svg.contains("nan"))
  }

  @Test("a figure with nothing finite to draw is still a picture", arguments: [[], [Double.nan], [0], [.infinity, 1]])
  func odd(values: [Double]) {
    let points = values.enumerated().map { Panel.Series.Point(Double($0), $1) }
    for mark in [Panel.Series.Mark.line, .dashes, .dots, .bars] {
      let panel = Panel(
        "odd", xLabel: "x", yLabel: "y", series: [.init("values", mark, .blue, points)], guides: [.diagonal])
      let svg = Figure([panel], label: "").drawing.svg
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }
}
