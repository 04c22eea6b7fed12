import Drawing
import Testing

@Suite("Axes")
struct AxisTests {
  @Test(
    "ticks are at round numbers",
    arguments: [
      ([0.0, 100.0], 5, ["0", "20", "40", "60", "80", "100"]),
      ([-3.0, 3.0], 6, ["−3", "−2", "−1", "0", "1", "2", "3"]),
      ([0.0, 0.07], 3, ["0", "0.05"]), ([0.0, 25_000.0], 3, ["0", "10k", "20k"]),
      ([0.0009, 0.0011], 5, ["9e-4", "9.5e-4", "1e-3", "1.05e-3", "1.1e-3"]),
      ([0.0, 0.001], 5, ["0", "0.0002", "0.0004", "0.0006", "0.0008", "0.001"]),
    ])
  func ticks(values: [Double], count: Int, expected: [String]) {
    #expect(Axis(holding: values, tickCount: count).ticks.map(\.label) == expected)
  }

  @Test(
    "neighbouring ticks have different labels, however close they are",
    arguments: [
      [0.0001, 0.0005], [0, 2e-7], [1, 1 + 1e-9], [10_000, 10_002], [999_999, 1_000_001], [1e15, 1e15 + 4],
      [-2.5e-4, 2.5e-4], [9.9e-5, 1.01e-4],
    ] as [[Double]])
  func distinct(values: [Double]) {
    let labels = Axis(holding: values, tickCount: 5).ticks.map(\.label)
    #expect(labels.count > 1)
    #expect(Set(labels).count == labels.count, "\(labels)")
  }

  @Test("a whole axis starts and ends at a tick")
  func whole() {
    let axis = Axis(holding: [0.13, 0.87], tickCount: 5, isWhole: true)
    #expect(axis.range == 0...1)
    #expect(axis.ticks.map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(Axis(holding: [0.13, 0.87], tickCount: 5).range == 0.13...0.87)
  }

  @Test(
    "an axis of counts has ticks only at whole numbers",
    arguments: [
      ([1.0], ["1"]), ([1, 2], ["1", "2"]), ([1, 3], ["1", "2", "3"]),
      ([0, 100], ["0", "20", "40", "60", "80", "100"]),
    ])
  func counts(values: [Double], expected: [String]) {
    #expect(Axis(holding: values, tickCount: 5, isCount: true).ticks.map(\.label) == expected)
  }

  @Test("values beyond an end are placed at that end")
  func clamped() {
    let axis = Axis(holding: [2, 4], tickCount: 5)
    #expect([1, 2, 3, 4, 9].map(axis.position) == [0, 0, 0.5, 1, 1])
  }

  @Test("the logarithmic axis holds both signs and 0")
  func symmetricLog() {
    let axis = Axis(symmetricLog: [-50, 0.2, 3e6])
    #expect(axis.ticks.map(\.label) == ["−100", "−1", "0", "1", "100", "10k", "1M"])
    #expect(axis.position(of: -1e9) == 0)
    #expect(axis.position(of: 1e9) == 1)
    let endless = Axis(symmetricLog: [-50, .infinity, 0.2, -.infinity, 3e6, .nan])
    #expect(endless.ticks.map(\.label) == axis.ticks.map(\.label))
  }

  @Test("the steps of a stepped axis are equally wide")
  func steps() {
    let axis = Axis(steps: [0, 1, 10, 100])
    #expect([0, 1, 10, 55, 100].map { (axis.position(of: $0) * 6).rounded() } == [0, 2, 4, 5, 6])
  }

  @Test(
    "labels are short",
    arguments: [
      (0.0, "0"), (-1.5, "−1.5"), (0.001, "0.001"), (0.0015, "0.0015"), (1e-5, "1e-5"), (2.5e-4, "0.00025"),
      (2.5e-5, "2.5e-5"),
      (9.99999e-5, "1e-4"), (1234, "1234"), (12_345, "12.35k"), (2.5e6, "2.5M"), (3e9, "3G"), (1e15, "1e15"),
    ])
  func labels(value: Double, expected: String) {
    #expect(Axis.label(value) == expected)
  }

  @Test(
    "extreme numbers have labels", arguments: [.leastNonzeroMagnitude, 1e308, -1e308, .infinity, .nan])
  func extremes(value: Double) {
    #expect(!Axis.label(value).isEmpty)
  }
}
