import Samples
import Testing

@testable import Preparation

struct WordSegmentsTests {
  private func segment(_ number: Int, _ start: Double, _ end: Double) -> LabelledSegment {
    LabelledSegment(
      id: SampleID(recording: "v", segment: number), interval: Interval(start: start, end: end), labels: [0])
  }

  @Test("a word across a border is one unit that both segments hold")
  func sharedWord() {
    let words = RowTimeline(intervals: [0, 1, 1, 3, 3, 4])
    let aligned = WordSegments(segments: [segment(0, 0, 2), segment(1, 2, 4)], timeline: words)
    #expect(aligned.words == [0, 1, 2])
    #expect(aligned.segments.map(\.words) == [[0, 1], [1, 2]])
  }

  @Test("a segment without a word is handed back")
  func withoutWords() {
    let words = RowTimeline(intervals: [0, 1])
    let aligned = WordSegments(segments: [segment(0, 1, 2), segment(1, 0, 1)], timeline: words)
    #expect(aligned.withoutWords.map(\.id.segment) == [0])
    #expect(aligned.segments.map(\.segment.id.segment) == [1])
  }

  @Test("a word shorter than the tolerance is no reference row")
  func shortWord() {
    let words = RowTimeline(intervals: [0, 1, 0.5, 0.500005])
    #expect(WordSegments(segments: [segment(0, 0, 1)], timeline: words).words == [0])
  }

  @Test("a unit is the frames of its word; a word without a frame is missing and keeps the word's interval")
  func units() {
    let words = RowTimeline(intervals: [0, 1, 1, 2])
    let aligned = WordSegments(segments: [segment(0, 0, 2)], timeline: words)
    let units = RowUnits(words: aligned, reference: words, timeline: RowTimeline(intervals: [0.2, 0.4, 0.4, 0.9]))
    #expect(units.mask == [1, 0])
    #expect(units.intervals == [Interval(start: 0.2, end: 0.9), Interval(start: 1, end: 2)])
    #expect(units.tasks.list.count == 1)
    #expect(units.tasks.list[0].neededRows == 2)
  }

  @Test("at frame granularity a row in two segments is two units, each clipped to its segment")
  func frames() {
    let rows = RowTimeline(intervals: [0, 2])
    let units = RowUnits(segments: [segment(0, 0, 1), segment(1, 1, 2)], timeline: rows) { _ in true }
    #expect(units.segments == [[0], [1]])
    #expect(units.intervals == [Interval(start: 0, end: 1), Interval(start: 1, end: 2)])
  }
}
