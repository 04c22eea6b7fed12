import Files
import Samples
import Testing
import TestSupport

@testable import Corpora
@testable import SyntheticCorpora

/// The contents of a synthetic release's files, read with the readers of real ones.
@Suite("Files of a synthetic IEMOCAP release")
struct SyntheticReleaseFileTests {
  private let plan: ReleasePlan
  private let files: ReleaseFiles
  private let contents: [IEMOCAPPath: (path: String, bytes: @Sendable () -> [UInt8])]

  init() {
    var release = SyntheticRelease()
    release.dialogs = 2
    release.turns = 10
    release.seconds = 1.5
    plan = ReleasePlan(release)
    files = ReleaseFiles(plan, seed: release.seed)
    let visible = files.all().filter { !Folder.name(of: $0.path).hasPrefix(".") }
    contents = Dictionary(
      visible.compactMap { file in IEMOCAPPath(file.path).map { ($0, (file.path, file.bytes)) } }
    ) { first, _ in
      Issue.record("two files for one thing")
      return first
    }
  }

  private var turns: [ReleaseTurn] { plan.dialogs.flatMap(\.turns) }

  private func utterance(_ turn: ReleaseTurn) throws -> UtteranceID { try #require(UtteranceID(turn.id)) }

  @Test("every turn has labels, words and sound; only the known ones lack an alignment")
  func isComplete() throws {
    for turn in turns {
      let id = try utterance(turn)
      #expect(contents[.sound(id)] != nil)
      #expect((contents[.wordSegments(id)] == nil) == files.withoutAlignment.contains(turn.id))
    }
    #expect(files.withoutAlignment.count == 2)
    for dialog in plan.dialogs {
      #expect(contents[.emotions(dialog: dialog.name, session: dialog.session)] != nil)
      #expect(contents[.transcription(dialog: dialog.name, session: dialog.session)] != nil)
    }
  }

  @Test("label files hold each turn once, without a bad line")
  func labels() throws {
    var offScale = 0
    for dialog in plan.dialogs {
      let file = try #require(contents[.emotions(dialog: dialog.name, session: dialog.session)])
      let parsed = try EmoEvaluationFile.parse(file.bytes(), path: file.path)
      #expect(parsed.badCount == 0)
      #expect(Set(parsed.values.map(\.id.text)) == Set(dialog.turns.map(\.id)))
      let byID = Dictionary(uniqueKeysWithValues: parsed.values.map { ($0.id.text, $0) })
      for turn in dialog.turns {
        let read = try #require(byID[turn.id])
        #expect(read.category == turn.label)
        #expect(abs(read.interval.end - Double(turn.ticks.upperBound) / 10_000) < 1e-9)
        let valences = turn.ratings.map { Double($0.valence) }
        #expect(abs(read.valence - valences.reduce(0, +) / Double(valences.count)) < 1e-4)
        offScale += read.valence > 5 || read.dominance < 1 ? 1 : 0
      }
    }
    #expect(offScale == 2)
  }

  @Test("transcripts hold every turn, bytes beyond ASCII, and lines of no turn")
  func transcripts() throws {
    var latin1 = 0
    for dialog in plan.dialogs {
      let file = try #require(contents[.transcription(dialog: dialog.name, session: dialog.session)])
      let bytes = file.bytes()
      latin1 += bytes.count { $0 == 0xef }  // ï
      let parsed = try TranscriptionFile.parse(bytes, path: file.path)
      #expect(parsed.badCount == 0)
      #expect(parsed.skipped == 2)
      #expect(parsed.values.count == dialog.turns.count)
    }
    #expect(latin1 > 0)
  }

  @Test("alignments hold the words of the transcript, within the turn")
  func alignments() throws {
    for turn in turns where !files.withoutAlignment.contains(turn.id) {
      let file = try #require(contents[.wordSegments(try utterance(turn))])
      let parsed = try WordSegmentFile.parse(file.bytes(), path: file.path)
      #expect(parsed.badCount == 0)
      let words = turn.segments.filter(\.isWord).map { $0.text.uppercased().replacing("Ï", with: "I") }
      #expect(parsed.values.map { $0.word.uppercased() } == words)
      #expect(parsed.values.allSatisfy { $0.interval.end <= Double(turn.length) / 10_000 + 1e-9 })
    }
    #expect(turns.contains { !$0.segments.contains(where: \.isWord) })
    #expect(turns.contains { $0.segments.contains { $0.token.hasSuffix("(2)") } })
    #expect(turns.contains { $0.segments.contains { $0.token == "++LAUGHTER++" } })
  }

  @Test("motion capture has 165, 6 and 18 columns at 120 frames per second, some of it lost")
  func motion() throws {
    let buffer = FloatBuffer()
    var lost = 0
    for turn in turns where turn.isOnMarker {
      for part in MotionPart.allCases where files.withoutPart[turn.id] != part {
        let file = try #require(contents[.motion(part, try utterance(turn))])
        let parsed = try MotionCaptureFile.parse(file.bytes(), path: file.path, into: buffer)
        #expect(parsed.badCount == 0)
        #expect(parsed.width == (part == .rotated ? 165 : part == .head ? 6 : 18))
        #expect(parsed.frameCount == turn.motionRowCount)
        let first = try #require(parsed.times.first)
        #expect(abs(first - Double(turn.ticks.lowerBound) / 10_000) < 1e-4)
        lost += (0..<parsed.frameCount * parsed.width).count { buffer.base[$0].isNaN }
      }
    }
    #expect(lost > 0)
    #expect(files.withoutPart.count == 15)
  }

  @Test("a few turns of speakers without markers have files too, next to the odd dialog's")
  func motionTraps() throws {
    for id in files.partnersFaces {
      let utterance = try #require(UtteranceID(id))
      #expect(!utterance.hasMarkers)
      #expect(contents[.motion(.head, utterance)] != nil)
    }
    #expect(files.partnersFaces.count == plan.dialogs.count)
    let odd = contents.values.filter { $0.path.contains("MOCAP") && $0.path.contains("script01_1b") }
    #expect(!odd.isEmpty)
    #expect(odd.allSatisfy { $0.path.contains("/Ses05M_script01_1/") })
  }

  @Test("sounds are as long as their turns, never clipped and never silent")
  func sounds() throws {
    for turn in turns {
      let file = try #require(contents[.sound(try utterance(turn))])
      let bytes = file.bytes()
      #expect(bytes.count == 44 + 2 * turn.sampleCount)
      let samples = stride(from: 44, to: bytes.count, by: 2).map { Int16(bytes[$0]) | Int16(bytes[$0 + 1]) << 8 }
      #expect(samples.max().map { 200..<32_767 ~= $0 } == true)
    }
  }

  @Test("the planted signal shows in words, sound and motion, but not with gain 0")
  func signal() throws {
    let strong = try correlations(gain: 1)
    let none = try correlations(gain: 0)
    for (strong, none) in zip(strong, none) {
      #expect(abs(strong) > 0.5)
      #expect(abs(none) < 0.3)
    }
  }

  /// Correlations of valence with the words' places and the best of the head's columns, and of activation with the
  /// loudness, over 160 turns.
  private func correlations(gain: Double) throws -> [Double] {
    var release = SyntheticRelease()
    release.dialogs = 2
    release.turns = 32
    release.seconds = 0.8
    release.gain = gain
    var meant: [(valence: Double, activation: Double)] = []
    var words: [Double] = []
    var loudness: [Double] = []
    var head = [[Double]](repeating: [], count: 6)
    let order = Dictionary(uniqueKeysWithValues: (0..<PlantedSignal.wordCount).map { (PlantedSignal.word($0), $0) })
    let buffer = FloatBuffer()
    for dialog in ReleasePlan(release).dialogs {
      // The partner's face shows the opposite.
      for turn in dialog.turns where turn.isOnMarker {
        let places = turn.segments.compactMap { order[$0.text] }
        if places.isEmpty { continue }
        // The labels do not depend on the gain.
        meant.append((valence(of: turn), activation(of: turn)))
        words.append(Double(places.reduce(0, +)) / Double(places.count))
        let wav = ReleaseSound(turn, session: 3, seed: 1).wav()
        let samples = stride(from: 44, to: wav.count, by: 2).map { Double(Int16(wav[$0]) | Int16(wav[$0 + 1]) << 8) }
        loudness.append((samples.reduce(0) { $0 + $1 * $1 } / Double(samples.count)).squareRoot())
        let motion = try MotionCaptureFile.parse(
          ReleaseMotion(turn, .head, seed: 1).text(), path: "test", into: buffer)
        for column in head.indices {
          let sum = (0..<motion.frameCount).reduce(0) { $0 + Double(buffer.base[$1 * motion.width + column]) }
          head[column].append(sum / Double(motion.frameCount))
        }
      }
    }
    return [
      correlation(meant.map(\.valence), words), correlation(meant.map(\.activation), loudness),
      head.map { abs(correlation(meant.map(\.valence), $0)) }.max() ?? 0,
    ]
  }

  private func valence(of turn: ReleaseTurn) -> Double {
    turn.ratings.reduce(0) { $0 + Double($1.valence) } / Double(turn.ratings.count)
  }

  private func activation(of turn: ReleaseTurn) -> Double {
    turn.ratings.reduce(0) { $0 + Double($1.activation) } / Double(turn.ratings.count)
  }

  private func correlation(_ left: [Double], _ right: [Double]) -> Double {
    let count = Double(left.count)
    let means = (left.reduce(0, +) / count, right.reduce(0, +) / count)
    let pairs = zip(left, right).map { ($0 - means.0, $1 - means.1) }
    let products = pairs.reduce(into: (0.0, 0.0, 0.0)) { sums, pair in
      sums.0 += pair.0 * pair.1
      sums.1 += pair.0 * pair.0
      sums.2 += pair.1 * pair.1
    }
    return products.0 / (products.1 * products.2).squareRoot()
  }
}
