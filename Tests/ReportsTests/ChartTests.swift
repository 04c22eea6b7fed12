import TestSupport
import Testing

@testable import Reports

@Suite("Charts")
struct ChartTests {
  @Test("a histogram of each split is as reviewed")
  func histogram() throws {
    let chart = SplitHistogram(
      edges: [-1.5, -0.5, 0.5, 1.5],
      series: [.init(name: "train", counts: [10, 20, 70]), .init(name: "test", counts: [0, 3, 1])],
      axisTitle: "sentiment", unit: "samples")
    #expect(try Snapshot.difference(of: chart.svg.source + "\n", from: "histogram.svg") == nil)
  }

  @Test("bars are as reviewed")
  func bars() throws {
    let chart = StackedBars(
      [.init("column 3", [5, 0, 1]), .init("a <name> that is much too long to fit", [1, 1, 1])],
      parts: [.init("NaN", style: "one"), .init("+Inf", style: "two"), .init("−Inf", style: "three")], unit: "cells")
    #expect(try Snapshot.difference(of: chart.svg.source + "\n", from: "bars.svg") == nil)
  }

  @Test("quantiles before and after are as reviewed")
  func strips() throws {
    let chart = QuantileStrips(
      names: ["column 0", "column 1"], before: [.init([-1e6, -2, 0.5, 3, 2000]), nil],
      after: [.init([-8, -0.5, 0, 0.5, 40]), .init([0, 0, 0, 0, 0])])
    #expect(try Snapshot.difference(of: chart.svg.source + "\n", from: "strips.svg") == nil)
  }

  @Test("nothing to draw draws nothing")
  func empty() {
    #expect(SplitHistogram(edges: [], series: [], axisTitle: "", unit: "").svg == .empty)
    #expect(
      SplitHistogram(edges: [0, 1], series: [.init(name: "train", counts: [1, 2])], axisTitle: "", unit: "").svg
        == .empty)
    #expect(
      StackedBars([.init("a", [0, 0])], parts: [.init("x", style: "one"), .init("y", style: "two")], unit: "").svg
        == .empty)
    #expect(QuantileStrips(names: ["a"], before: [nil], after: []).svg == .empty)
  }

  @Test(
    "ticks stand at round numbers",
    arguments: [
      (0.0...100.0, 5, ["0", "20", "40", "60", "80", "100"]), (-3.0...3.0, 6, ["−3", "−2", "−1", "0", "1", "2", "3"]),
      (0.0...0.07, 3, ["0", "0.05"]), (0.0...25_000.0, 3, ["0", "10k", "20k"]),
    ])
  func ticks(range: ClosedRange<Double>, count: Int, expected: [String]) {
    #expect(Axis(linear: range, count: count).ticks.map(\.label) == expected)
  }

  @Test("the logarithmic axis holds both signs and 0")
  func symmetricLog() {
    let axis = Axis(symmetricLog: [-50, 0.2, 3e6])
    #expect(axis.ticks.map(\.label) == ["−100", "−1", "0", "1", "100", "10k", "1M"])
    #expect(axis.position(of: -1e9) == 0)
    #expect(axis.position(of: 1e9) == 1)
  }

  @Test(
    "short labels",
    arguments: [
      (0.0, "0"), (-1.5, "−1.5"), (0.001, "0.001"), (1e-5, "1e-5"), (1234, "1234"), (2.5e6, "2.5M"), (1e15, "1e15"),
    ])
  func labels(value: Double, expected: String) {
    #expect(Axis.label(value) == expected)
  }
}
