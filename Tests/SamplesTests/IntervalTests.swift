import Samples
import Testing

struct IntervalTests {
  private static let reference = Interval(start: 1, end: 2)

  @Test(
    "a row is kept if it overlaps by more than the tolerance, and clipped",
    arguments: [
      (Interval(start: 1.25, end: 1.5), Interval(start: 1.25, end: 1.5)),
      (Interval(start: 0, end: 1.5), Interval(start: 1, end: 1.5)),
      (Interval(start: 1.5, end: 9), Interval(start: 1.5, end: 2)),
      (Interval(start: 0, end: 9), Interval(start: 1, end: 2)),
      (Interval(start: 1, end: 2), Interval(start: 1, end: 2)),
      (Interval(start: 0, end: 1.0001), Interval(start: 1, end: 1.0001)),
    ])
  func kept(row: Interval, part: Interval) { #expect(row.clipped(to: Self.reference) == part) }

  @Test(
    "a row that only touches, lies apart, or overlaps by less than the tolerance is dropped",
    arguments: [
      Interval(start: 0, end: 1), Interval(start: 2, end: 3), Interval(start: 0, end: 0.5),
      Interval(start: 2.5, end: 3),
      Interval(start: 0, end: 1.000009), Interval(start: 1.999995, end: 3), Interval(start: 1.5, end: 1.5),
    ])
  func dropped(row: Interval) { #expect(row.clipped(to: Self.reference) == nil) }

  @Test("NaN overlaps nothing and nothing overlaps NaN")
  func nonFinite() {
    #expect(Interval(start: .nan, end: 2).clipped(to: Self.reference) == nil)
    #expect(Interval(start: 0, end: .nan).clipped(to: Self.reference) == nil)
    #expect(Interval(start: 0, end: 9).clipped(to: Interval(start: .nan, end: .nan)) == nil)
    #expect(!Interval(start: 0, end: .infinity).isFinite)
    #expect(!Interval(start: .nan, end: 0).isReversed)
  }

  @Test("an interval below the tolerance is empty, and one that ends before its start is reversed")
  func kinds() {
    #expect(Interval(start: 1, end: 1.000009).isEmpty)
    #expect(!Interval(start: 1, end: 1.00002).isEmpty)
    #expect(Interval(start: 2, end: 1).isReversed)
    #expect(Interval(start: 2, end: 1).duration == -1)
  }
}
