import Digests
import Leaks
import Samples

/// How many sentences of held-out splits stand in an earlier split too, word for word or nearly, by their length.
struct SentenceOverlap {
  /// Sentences of one length in one split.
  struct Class: Hashable {
    let split: Split
    let isScripted: Bool
    let length: Length
  }

  /// How long a sentence is, in words.
  enum Length: String, CaseIterable, Hashable {
    case short = "1–2", phrase = "3–5", sentence = "6–10", long = "11 or more"

    init?(_ count: Int) {
      switch count {
      case 1...2: self = .short
      case 3...5: self = .phrase
      case 6...10: self = .sentence
      case 11...: self = .long
      default: return nil
      }
    }

    /// Whether a sentence so long means something where it stands again: shorter ones are said by many.
    var isLong: Bool { self == .sentence || self == .long }
  }

  /// What was counted of a class.
  struct Count: Hashable {
    var sentences = 0
    /// Those that stand in an earlier split word for word.
    var verbatim = 0
    /// Those that stand there nearly.
    var near = 0
    /// Those of samples that are copies of one there in sound or picture too: another check names them.
    var copies = 0

    /// Those that stand there.
    var repeated: Int { verbatim + near }

    static func + (one: Count, other: Count) -> Count {
      Count(
        sentences: one.sentences + other.sentences, verbatim: one.verbatim + other.verbatim,
        near: one.near + other.near, copies: one.copies + other.copies)
    }
  }

  /// A sentence of a held-out split and the one of an earlier split that it repeats.
  struct Repetition {
    let held: Int
    let earlier: Int
    let isVerbatim: Bool
    let length: Length
    let isScripted: Bool
  }

  /// Of held-out splits alone.
  private(set) var counts: [Class: Count] = [:]
  /// In the order of the samples.
  private(set) var repetitions: [Repetition] = []
  /// Splits with a sentence.
  private(set) var spoken: Set<Split> = []
  /// Splits with a long one.
  private(set) var spokenAtLength: Set<Split> = []
  /// Samples that were not compared with all others that are nearly the same.
  let crowdedCount: Int

  /// - Parameters:
  ///   - samples: in the order of splits.
  ///   - isCopy: whether two of them are the same in more than words.
  init(_ samples: [AuditedSample], isCopy: (_ held: Int, _ earlier: Int) -> Bool) {
    let words = samples.map { SentenceWords($0.words) }
    let order = samples.map { Split.allCases.firstIndex(of: $0.split) ?? 0 }
    let near = WordShingles(words).search(PairRule(splits: order))
    crowdedCount = near.crowded.count
    var nearest: [Int: Int] = [:]
    // The first of a pair is of the earlier split, as samples are.
    for pair in near.pairs where nearest[pair.second] == nil { nearest[pair.second] = pair.first }
    var first: [ContentDigest: Int] = [:]
    for (index, sample) in samples.enumerated() {
      guard let length = Length(words[index].count) else { continue }
      spoken.insert(sample.split)
      if length.isLong { spokenAtLength.insert(sample.split) }
      let digest = words[index].digest
      let same = first[digest]
      if same == nil { first[digest] = index }
      if sample.split == .train { continue }
      let own = Class(split: sample.split, isScripted: sample.isScripted, length: length)
      counts[own, default: Count()].sentences += 1
      // Of all who say it the first is of the earliest split.
      if let same, samples[same].split != sample.split, isCopy(index, same) {
        counts[own]?.copies += 1
      } else if let same, samples[same].split != sample.split {
        counts[own]?.verbatim += 1
        repetitions.append(
          Repetition(held: index, earlier: same, isVerbatim: true, length: length, isScripted: own.isScripted))
      } else if let like = nearest[index] {
        counts[own]?.near += 1
        repetitions.append(
          Repetition(held: index, earlier: like, isVerbatim: false, length: length, isScripted: own.isScripted))
      }
    }
  }

  /// The counts of a split's long sentences.
  func longCount(of split: Split, isScripted: Bool) -> Count {
    Length.allCases.filter(\.isLong).reduce(Count()) { sum, length in
      sum + (counts[Class(split: split, isScripted: isScripted, length: length)] ?? Count())
    }
  }
}
