import Drawing
import Reports
import TestSupport
import Testing

@Suite("Charts")
struct ChartTests {
  @Test("a histogram per split matches its snapshot")
  func histogram() throws {
    let chart = SplitHistogram(
      edges: [-1.5, -0.5, 0.5, 1.5],
      series: [.init(name: "train", counts: [10, 20, 70]), .init(name: "test", counts: [0, 3, 1])],
      axisTitle: "sentiment", unit: "sample")
    #expect(try Snapshot.difference(of: chart.svg.source + "\n", from: "histogram.svg") == nil)
  }

  @Test("bars match their snapshot")
  func bars() throws {
    let chart = StackedBars(
      [.init("column 3", [5, 0, 1]), .init("a <name> that is much too long to fit", [1, 1, 1])],
      parts: [.init("NaN", .purple), .init("+Inf", .red), .init("−Inf", .grey)], unit: "cell")
    #expect(try Snapshot.difference(of: chart.svg.source + "\n", from: "bars.svg") == nil)
  }

  @Test("quantiles before and after match their snapshot")
  func strips() throws {
    let chart = QuantileStrips(
      names: ["column 0", "column 1"], before: [.init([-1e6, -2, 0.5, 3, 2000]), nil],
      after: [.init([-8, -0.5, 0, 0.5, 40]), .init([0, 0, 0, 0, 0])])
    #expect(try Snapshot.difference(of: chart.svg.source + "\n", from: "strips.svg") == nil)
  }

  @Test("bars of shares say what they are shares of")
  func shares() {
    let chart = StackedBars(
      [.init("videos", [2, 1]), .init("samples", [5, 3])], parts: [.init("train", .blue), .init("test", .red)],
      unit: "",
      isShare: true)
    #expect(chart.svg.source.contains("aria-label=\"Bars: videos, samples\""))
  }

  @Test("a chart without data draws nothing")
  func empty() {
    #expect(SplitHistogram(edges: [], series: [], axisTitle: "", unit: "").svg == .empty)
    #expect(
      SplitHistogram(edges: [0, 1], series: [.init(name: "train", counts: [1, 2])], axisTitle: "", unit: "").svg
        == .empty)
    #expect(
      StackedBars([.init("a", [0, 0])], parts: [.init("x", .purple), .init("y", .red)], unit: "").svg
        == .empty)
    #expect(QuantileStrips(names: ["a"], before: [nil], after: []).svg == .empty)
  }
}
