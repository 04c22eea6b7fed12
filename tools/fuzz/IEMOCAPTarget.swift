import Corpora
import Samples
import Storage

/// Whatever the bytes are: a file is refused, or what it gives keeps the parser's promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIEMOCAP(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    try parse(bytes)
  } catch let error as DataError {
    precondition(error.code == .badData && !error.description.contains("\n"), "an odd refusal: \(error)")
  } catch {
    preconditionFailure("an error of another kind: \(error)")
  }
  return 0
}

private func check(_ interval: Interval) {
  precondition(interval.isFinite && !interval.isReversed && interval.start >= 0, "a wrong interval was accepted")
}

private func check(_ bad: [BadLine], _ badCount: Int, goodCount: Int) {
  precondition(bad.count == min(badCount, BadLine.keptCount), "a bad line was lost")
  precondition(badCount <= 1 || badCount < goodCount, "too many bad lines were accepted")
  precondition(bad.map(\.line) == bad.map(\.line).sorted(), "bad lines are out of order")
}

#if emotions
  private func parse(_ bytes: [UInt8]) throws {
    let parsed = try EmoEvaluationFile.parse(bytes, path: "a.txt")
    for turn in parsed.values {
      check(turn.interval)
      precondition(EmoEvaluationFile.categories.contains(turn.category), "a wrong category was accepted")
      precondition(
        turn.valence.isFinite && turn.activation.isFinite && turn.dominance.isFinite, "a wrong number was accepted")
      precondition(UtteranceID(turn.id.text) == turn.id, "an id reads back differently")
    }
    precondition(Set(parsed.values.map(\.id)).count == parsed.values.count, "a turn came twice")
    check(parsed.bad, parsed.badCount, goodCount: parsed.values.count + parsed.skipped)
  }
#elseif transcription
  private func parse(_ bytes: [UInt8]) throws {
    let parsed = try TranscriptionFile.parse(bytes, path: "a.txt")
    for turn in parsed.values {
      check(turn.interval)
      var end = 0.0
      for word in turn.evenlySpokenWords {
        precondition(!word.word.isEmpty && word.interval.start == end, "words do not follow each other")
        end = word.interval.end
      }
    }
    check(parsed.bad, parsed.badCount, goodCount: parsed.values.count + parsed.skipped)
  }
#elseif words
  private func parse(_ bytes: [UInt8]) throws {
    let parsed = try WordSegmentFile.parse(bytes, path: "a.wdseg")
    for word in parsed.values {
      check(word.interval)
      precondition(!word.word.isEmpty && word.interval.duration > 0, "an empty word was accepted")
    }
    // The header and the last line are good lines too.
    check(parsed.bad, parsed.badCount, goodCount: parsed.values.count + parsed.skipped + 2)
  }
#elseif motion
  private func parse(_ bytes: [UInt8]) throws {
    // A fresh one each time, so that the sanitizer sees the first value beyond it.
    let values = FloatBuffer()
    let motion = try MotionCaptureFile.parse(bytes, path: "a.txt", into: values)
    precondition(zip(motion.times, motion.times.dropFirst()).allSatisfy { $0 < $1 }, "times do not grow")
    let written = UnsafeBufferPointer(start: values.base, count: motion.frameCount * motion.width)
    precondition(written.count <= values.capacity, "more values than room")
    precondition(!written.contains { $0.isInfinite }, "an infinity was accepted")
    check(motion.bad, motion.badCount, goodCount: motion.frameCount)
  }
#endif
