import ArrayFiles
import Files
import Foundation
import Leaks
import Samples
import TestSupport
import Testing
import Text

@testable import Audit

@Suite struct CopiedMediaTests {
  /// What a copy went through.
  enum Change: String, CaseIterable {
    case none, louder, cut, shifted, noisy, telephoned, everything

    func applied(to sound: SpokenSound, seed: UInt64) -> SpokenSound {
      switch self {
      case .none: sound
      case .louder: sound.louder(1.8)
      case .cut: sound.cut(0.93, 1.07)
      case .shifted: sound.after(SpokenSound(seed: seed + 5000), 0.713)
      case .noisy: sound.noisy(0.1, seed: seed)
      case .telephoned: sound.telephoned()
      case .everything: sound.cut(0.51, 0.3).telephoned().louder(0.6).noisy(0.05, seed: seed)
      }
    }
  }

  private static let originals = (0..<40).map { LandmarkFinder().landmarks(of: SpokenSound(seed: UInt64($0)).samples) }

  @Test("a copy is found among 40 sounds, whatever it went through, and nothing else", arguments: Change.allCases)
  func copies(change: Change) throws {
    let finder = LandmarkFinder()
    let copies = (0..<20).map { number in
      finder.landmarks(of: change.applied(to: SpokenSound(seed: UInt64(number)), seed: UInt64(number + 900)).samples)
    }
    let sounds = Self.originals + copies
    let splits = Self.originals.map { _ in 0 } + copies.map { _ in 2 }
    let found = try LandmarkSearch(sounds, PairRule(splits: splits)).run(threads: 2)
    let expected = (0..<20).map { SamplePair($0, 40 + $0) }
    let hits = found.filter { expected.contains($0.pair) }
    // A shift by half a frame moves peaks the most.
    #expect(hits.count >= (change == .shifted ? 17 : 19), "\(hits.count) of 20")
    #expect(found.count == hits.count, "\(found.filter { !expected.contains($0.pair) })")
    #expect(try LandmarkSearch(sounds, PairRule(splits: splits)).run(threads: 1) == found)
  }

  @Test("sounds that hum and beat are not the same for it")
  func hum() throws {
    func tone(_ frequency: Double, _ seed: UInt64) -> [Float] {
      let noise = SpokenSound(seed: seed).noisy(0.5, seed: seed).samples
      return noise.enumerated().map { place, value in
        0.05 * value
          + Float(0.3 * sin(2 * Double.pi * frequency * Double(place) / 16_000) * (place / 4000 % 2 == 0 ? 1 : 0.1))
      }
    }
    let finder = LandmarkFinder()
    let sounds = (0..<10).map { finder.landmarks(of: tone(100, UInt64($0 + 50))) }
    let found = try LandmarkSearch(sounds, PairRule(splits: (0..<10).map { $0 % 2 })).run(threads: 1)
    #expect(found.isEmpty, "\(found)")
  }

  @Test("silence and short sounds have no landmarks")
  func silence() {
    let finder = LandmarkFinder()
    #expect(finder.landmarks(of: []).isEmpty)
    #expect(finder.landmarks(of: [Float](repeating: 0, count: 32_000)).isEmpty)
    #expect(finder.landmarks(of: [0.5]).isEmpty)
  }

  @Test("landmarks of a long sound do not depend on where it is divided for the work")
  func chunks() {
    let long = SpokenSound(seed: 3, seconds: 40)
    let finder = LandmarkFinder()
    let whole = Set(finder.landmarks(of: long.samples).map { Landmark(key: $0.key, frame: $0.frame) })
    // 20 s later, a multiple of the frames' distance.
    let part = finder.landmarks(of: long.cut(20, 0).samples).filter { 100..<1200 ~= $0.frame }
    let shifted = part.map { Landmark(key: $0.key, frame: $0.frame + 1250) }
    #expect(!shifted.isEmpty)
    #expect(shifted.allSatisfy(whole.contains))
  }

  // MARK: - The check

  private static func dataset(_ ids: [(id: String, split: Split)]) -> AuditedDataset {
    let samples = ids.map { id, split in
      AuditedSample(
        id: id, group: id, dialog: nil, session: nil, speaker: nil, split: split, interval: nil, rows: [:], label: [],
        words: nil)
    }
    return AuditedDataset(
      name: "list", path: "", form: .list, granularity: "", dtype: .f32, widths: [:], labelNames: [], samples: samples,
      scalers: nil, manifest: nil, damage: nil, groupsBySpelling: false, files: [], store: nil)
  }

  private static func finding(_ dataset: AuditedDataset, media: String?) throws -> Finding {
    var subject = AuditSubject(datasets: [dataset], threads: 2)
    subject.media = media
    return try CopiedMedia().run(on: subject)
  }

  private static func write(_ sound: SpokenSound, _ path: String) throws {
    try Folder.make(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    try Data(sound.wav).write(to: URL(fileURLWithPath: path))
  }

  private static let ids: [(id: String, split: Split)] = [
    ("a[1]", .train), ("a[2]", .train), ("b$_$1", .valid), ("c_1", .test), ("d_1", .test),
  ]

  /// The sounds of `ids`, under names that differ from them as names of files do.
  private static func write(_ folder: String, copy: Bool) throws {
    let names = ["a/0001.wav", "a_2.wav", "b_1.WAV", "wav/c_1.wav", "d-1.wav"]
    for (number, name) in names.enumerated() {
      let sound = SpokenSound(seed: UInt64(number + 70))
      try write(copy && number == 3 ? SpokenSound(seed: 71).cut(0.4, 0).louder(0.5) : sound, folder + "/" + name)
    }
  }

  @Test("the sound of a train sample again in test is an error, found by the names of files")
  func found() throws {
    let folder = try TemporaryFolder()
    try Self.write(folder.file("media"), copy: true)
    let finding = try Self.finding(Self.dataset(Self.ids), media: folder.file("media"))
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("a[2] (train) and c_1 (test), shifted by 0.4"), "\(finding.summary)")
    var pairs: [String] = []
    try finding.leaks.forEach { pairs.append("\($0.first.id) / \($0.second.id)") }
    #expect(pairs == ["a[2] / c_1"])
  }

  @Test("different sounds pass; a missing or broken one leaves a doubt")
  func clean() throws {
    let folder = try TemporaryFolder()
    try Self.write(folder.file("media"), copy: false)
    let clean = try Self.finding(Self.dataset(Self.ids), media: folder.file("media"))
    #expect(clean.verdict == .pass, "\(clean.summary)")
    let more = try Self.finding(Self.dataset(Self.ids + [("e", .test)]), media: folder.file("media"))
    #expect(more.verdict == .undecidable)
    #expect(more.doubt == .incompleteSearch)
    #expect(more.summary.contains("1 sample without a sound"), "\(more.summary)")
    _ = try folder.write("media/d-1.wav", "no sound")
    let broken = try Self.finding(Self.dataset(Self.ids), media: folder.file("media"))
    #expect(broken.verdict == .undecidable)
    #expect(broken.summary.contains("1 file that cannot be read"), "\(broken.summary)")
  }

  @Test("whole recordings are compared where the files are those")
  func recordings() throws {
    let folder = try TemporaryFolder()
    let dataset = Self.dataset([("one[1]", .train), ("one[2]", .train), ("two[1]", .test), ("two[2]", .test)])
    try Self.write(SpokenSound(seed: 8, seconds: 8), folder.file("media/one.wav"))
    try Self.write(SpokenSound(seed: 8, seconds: 8).cut(1, 2), folder.file("media/two.wav"))
    let finding = try Self.finding(dataset, media: folder.file("media"))
    #expect(finding.verdict == .fail)
    var pairs: [String] = []
    try finding.leaks.forEach { pairs.append("\($0.first.id) / \($0.second.id)") }
    #expect(pairs == ["one[1] / two[1]", "one[1] / two[2]"])
  }

  @Test("without sounds, or with those of one split, nothing is decided")
  func undecidable() throws {
    #expect(try Self.finding(Self.dataset(Self.ids), media: nil).verdict == .undecidable)
    let folder = try TemporaryFolder()
    try Self.write(SpokenSound(seed: 1), folder.file("media/a_1.wav"))
    let finding = try Self.finding(Self.dataset(Self.ids), media: folder.file("media"))
    #expect(finding.verdict == .undecidable)
    #expect(finding.doubt == .missingInput)
  }
}
