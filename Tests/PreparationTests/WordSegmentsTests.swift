import Corpora
import Samples
import Testing

@testable import Preparation

struct WordSegmentsTests {
  private func segment(_ number: Int, _ start: Double, _ end: Double) -> LabelledSegment {
    LabelledSegment(
      id: SampleID(recording: "v", segment: number), interval: Interval(start: start, end: end), labels: [0])
  }

  @Test("a word across a border is one unit of both segments")
  func sharedWord() {
    let words = RowTimeline(intervals: [0, 1, 1, 3, 3, 4])
    let aligned = WordSegments(segments: [segment(0, 0, 2), segment(1, 2, 4)], timeline: words)
    #expect(aligned.units == [.word(0), .word(1), .word(2)])
    #expect(aligned.segments.map(\.units) == [[0, 1], [1, 2]])
  }

  @Test("a segment without a word is returned")
  func withoutWords() {
    let words = RowTimeline(intervals: [0, 1])
    let aligned = WordSegments(segments: [segment(0, 1, 2), segment(1, 0, 1)], timeline: words)
    #expect(aligned.withoutWords.map(\.id.segment) == [0])
    #expect(aligned.segments.map(\.segment.id.segment) == [1])
  }

  @Test("a kept segment without a word is one unit with all of its rows and no word")
  func keptWithoutWords() {
    let words = RowTimeline(intervals: [0, 1])
    let aligned = WordSegments(segments: [segment(0, 1, 3), segment(1, 0, 1), segment(2, 3, 4)], timeline: words) {
      $0.id.segment == 0
    }
    let whole = Interval(start: 1, end: 3)
    #expect(aligned.units == [.wordless(whole), .word(0)])
    #expect(aligned.segments.map(\.units) == [[0], [1]])
    #expect(aligned.withoutWords.map(\.id.segment) == [2])
    #expect(aligned.wordCount == 1)
    let frames = RowTimeline(intervals: [0.2, 0.4, 1.2, 1.4, 1.4, 2, 3, 4])
    let units = RowUnits(words: aligned, reference: words, timeline: frames)
    #expect(units.mask == [1, 1])
    #expect(units.intervals == [Interval(start: 1.2, end: 2), Interval(start: 0.2, end: 0.4)])
    let text = RowUnits(words: aligned, reference: words) { _ in true }
    #expect(text.mask == [0, 1])
    #expect(text.intervals == [whole, Interval(start: 0, end: 1)])
  }

  @Test("a word shorter than the tolerance is not a reference row")
  func shortWord() {
    let words = RowTimeline(intervals: [0, 1, 0.5, 0.500005])
    #expect(WordSegments(segments: [segment(0, 0, 1)], timeline: words).units == [.word(0)])
  }

  @Test("a unit holds its word's frames; a word without a frame is missing and keeps its interval")
  func units() {
    let words = RowTimeline(intervals: [0, 1, 1, 2])
    let aligned = WordSegments(segments: [segment(0, 0, 2)], timeline: words)
    let units = RowUnits(words: aligned, reference: words, timeline: RowTimeline(intervals: [0.2, 0.4, 0.4, 0.9]))
    #expect(units.mask == [1, 0])
    #expect(units.intervals == [Interval(start: 0.2, end: 0.9), Interval(start: 1, end: 2)])
    #expect(units.tasks.list.count == 1)
    #expect(units.tasks.list[0].neededRows == 2)
  }

  @Test("words in a dropped segment are distinguished from words outside every segment")
  func leftOut() {
    let words = RowTimeline(intervals: [0, 1, 1, 2, 2, 3, 3, 3, 8, 9])
    let aligned = WordSegments(segments: [segment(0, 0, 1)], timeline: words)
    let counts = aligned.counts(of: words, leftOut: [Interval(start: 1, end: 2.5), Interval(start: 4, end: 5)])
    #expect(
      counts.counts == [
        "words.used": 1, "words.in_left_out_segments": 2, "words.empty_interval": 1, "words.outside_segments": 1,
      ])
  }

  @Test("all words of an entry that is a sample belong to it; equally many rows follow them, whatever their times")
  func whole() {
    let words = RowTimeline(intervals: [5, 6, 6, 6, 7, 8])
    let aligned = WordSegments(whole: segment(0, 0, 1), timeline: words)
    #expect(aligned.units == [.word(0), .word(1), .word(2)])
    let units = RowUnits(
      pairing: aligned, reference: words, timeline: RowTimeline(intervals: [90, 91, 93, 92, 95, 96]))
    #expect(units.mask == [1, 1, 1])
    #expect(
      units.intervals == [
        Interval(start: 90, end: 91), Interval(start: 6, end: 6), Interval(start: 95, end: 96),
      ])
    #expect(WordSegments(whole: segment(0, 0, 1), timeline: RowTimeline(intervals: [])).withoutWords.count == 1)
  }

  @Test("at frame granularity a row in two segments is two units, each clipped to its segment")
  func frames() {
    let rows = RowTimeline(intervals: [0, 2])
    let units = RowUnits(segments: [segment(0, 0, 1), segment(1, 1, 2)], timeline: rows) { _ in true }
    #expect(units.segments == [[0], [1]])
    #expect(units.intervals == [Interval(start: 0, end: 1), Interval(start: 1, end: 2)])
  }
}
