import Drawing
import Foundation
import Testing

@Suite("Figures")
struct FigureTests {
  static let figure = Figure([
    Panel(
      "Error", xLabel: "epoch", yLabel: "MAE",
      series: [
        .init("train", .line, .blue, (1...40).map { .init(Double($0), 1.1 * exp(-Double($0) / 30)) }),
        .init(
          "validation", .dashes, .vermilion,
          (1...40).map { .init(Double($0), $0 == 20 ? .nan : 0.4 + 0.5 * exp(-Double($0) / 9)) }),
      ], guides: [.vertical(31, "best epoch 31"), .horizontal(0.82, "train mean")]),
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
  ])

  @Test("the same figure gives the same bytes, as SVG and as PNG")
  func deterministic() throws {
    #expect(try Self.figure.svg() == Self.figure.svg())
    #expect(try Self.figure.png() == Self.figure.png())
  }

  @Test(
    "values at the ends of what numbers can be are drawn or left out, and never end in a trap",
    arguments: [
      [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude], [0, .leastNonzeroMagnitude], [1, Double(1).nextUp],
      [1e299, Double(1e299).nextUp], [-.infinity, .nan], [1e-299, 1e-299], [9e15, 9e15 + 2],
    ])
  func extremes(values: [Double]) throws {
    let points = values.enumerated().map { Panel.Series.Point(Double($0), $1) }
    #expect(try !Figure([Panel("", xLabel: "", yLabel: "", series: [.init("a", .line, .blue, points)])]).svg().isEmpty)
  }

  @Test("PNG has two pixels a point, SVG its size in points")
  func sizes() throws {
    let png = try Self.figure.png()
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(png[16..<24] == [0, 0, 0x06, 0xB8, 0, 0, 0x04, 0xD8])  // 1720 × 1240
    #expect(try Self.figure.svg().contains("width=\"860pt\""))
  }

  @Test("nothing to draw, or nothing finite, is still a picture", arguments: [[], [Double.nan], [0], [.infinity, 1]])
  func odd(values: [Double]) throws {
    let points = values.enumerated().map { Panel.Series.Point(Double($0), $1) }
    for mark in [Panel.Series.Mark.line, .dashes, .dots, .bars] {
      let panel = Panel(
        "odd", xLabel: "x", yLabel: "y", series: [.init("values", mark, .blue, points)], guides: [.diagonal])
      #expect(try !Figure([panel]).png().isEmpty)
    }
    #expect(try !Figure([]).svg().isEmpty)
  }
}
