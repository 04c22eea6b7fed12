import Audit
import AuditSupport
import Files
import Foundation
import Leaks
import Samples
import SplitLists
import TestSupport
import Testing
import Text
import Workers

@Suite("Repaired splits") struct SplitRepairTests {
  private func repaired(
    _ dataset: AuditedDataset, _ promises: Promises = Promises(), seed: UInt64 = 1
  ) throws -> SplitRepair {
    var subject = AuditSubject(datasets: [dataset], threads: 1)
    subject.promises = promises
    return try SplitRepair(AuditReport(subject), seed: seed)
  }

  /// Clips of 30 videos, divided clip by clip, with labels that differ between videos.
  private func torn() throws -> AuditedDataset {
    let folder = try TemporaryFolder()
    var table = "video_id,clip_id,text,label,mode\n"
    for video in 0..<30 {
      for clip in 0..<(4 + video % 5) {
        let mode = ["train", "train", "train", "valid", "test"][(video + clip) % 5]
        table += "v\(video),\(clip),words \(video) and \(clip) of a clip,\((video % 7) - 3),\(mode)\n"
      }
    }
    return try AuditedDataset.lists([try folder.write("label.csv", table)])[0]
  }

  @Test("clips of one video end up together, in splits of similar size, and every written list passes")
  func lists() throws {
    let original = try torn()
    let repair = try repaired(original)
    for split in Split.allCases {
      let (before, after) = (original.indices(of: split).count, repair.datasets[0].indices(of: split).count)
      #expect(abs(before - after) <= 4, "\(split): \(before) and \(after)")
    }
    #expect(Set(repair.datasets[0].samples.map(\.id)) == Set(original.samples.map(\.id)))
    let folder = try TemporaryFolder()
    try RepairedLists.write(repair, to: folder.path, progress: SilentProgress())
    for name in ["folds.json", "label.csv", "splits.json"] {
      let again = try AuditedDataset.lists([folder.file(name)])[0]
      let report = try AuditReport(AuditSubject(datasets: [again], threads: 1))
      #expect(!report.hasErrors, "\(name): \(report.text(columns: nil))")
      #expect(again.indices(of: .test).count > 0)
    }
  }

  @Test("of two speakers in both splits, each split gets one")
  func fewParts() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<40).map { "OAF_\($0)_x,\($0 % 2 == 0 ? "OAF" : "YAF"),\($0 < 30 ? "train" : "test")\n" }
    let path = try folder.write("list.csv", "id,speaker,split\n" + rows.joined())
    let dataset = try repaired(AuditedDataset.lists([path])[0]).datasets[0]
    #expect([Split.train, .valid, .test].map { dataset.indices(of: $0).count } == [20, 0, 20])
  }

  @Test("recordings whose names look like clips are written as recordings", arguments: ["season 1 episode", "a7_000"])
  func clipLike(stem: String) throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { number in
      "\(stem) \(number % 20),\(number),\(["train", "train", "valid", "test"][number % 4])\n"
    }
    let path = try folder.write("list.csv", "video_id,clip_id,mode\n" + rows.joined())
    let repair = try repaired(AuditedDataset.lists([path])[0])
    try RepairedLists.write(repair, to: folder.file("repaired"), progress: SilentProgress())
    for name in ["folds.json", "label.csv", "splits.json"] {
      let again = try AuditedDataset.lists([folder.file("repaired/" + name)])[0]
      let report = try AuditReport(AuditSubject(datasets: [again], threads: 1))
      #expect(!report.hasErrors && !report.hasDoubts, "\(name): \(report.text(columns: nil))")
    }
  }

  @Test("the label distribution is kept overall")
  func labels() throws {
    let dataset = try repaired(try torn()).datasets[0]
    func mean(_ samples: some Collection<AuditedSample>) -> Float {
      samples.reduce(0) { $0 + $1.label[0] } / Float(samples.count)
    }
    let whole = mean(dataset.samples)
    for split in Split.allCases {
      #expect(abs(mean(dataset.samples[dataset.indices(of: split)]) - whole) < 0.6, "\(split)")
    }
  }

  @Test("the same seed gives the same division, another seed another")
  func seeds() throws {
    let original = try torn()
    let ids = try ([1, 1, 2] as [UInt64]).map { seed in
      let dataset = try repaired(original, seed: seed).datasets[0]
      return dataset.samples[dataset.indices(of: .test)].map(\.id)
    }
    #expect(ids[0] == ids[1])
    #expect(ids[0] != ids[2])
  }

  @Test("copies with features are kept together too, even if they only meet in another division")
  func copies() throws {
    var memory = MemoryDataset()
    memory.form = .arrays
    for number in 0..<40 {
      var sample = MemoryDataset.clean().samples[0]
      sample.sample.id = "s\(number)"
      sample.sample.group = "s\(number)"
      (sample.sample.dialog, sample.sample.session) = (nil, nil)
      sample.sample.speaker = "p\(number)"
      sample.sample.words = "said by nobody but \(number)"
      sample.sample.split = number < 28 ? .train : number < 34 ? .valid : .test
      // Two of every four neighbours are equal, and two in test copy one of train.
      let source = number == 36 ? 0 : number == 3 ? 2 : number
      sample.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 3, width: $0, seed: UInt64(100 * source + $0))
      }
      memory.samples.append(sample)
    }
    let dataset = try repaired(memory.dataset()).datasets[0]
    func split(_ id: String) -> Split? { dataset.samples.first { $0.id == id }?.split }
    #expect(split("s0") == split("s36"))
    #expect(split("s2") == split("s3"))
  }

  @Test("a clean division stays unchanged")
  func clean() throws {
    var memory = MemoryDataset.clean()
    memory.form = .arrays
    let original = memory.dataset()
    #expect(try repaired(original).datasets[0].samples.map(\.id) == original.samples.map(\.id))
  }

  @Test("where everything is connected, the level to declare is named; once declared, the lists are repaired")
  func together() throws {
    let folder = try TemporaryFolder()
    var table = "video_id,clip_id,speaker,mode\n"
    for video in 0..<20 {
      for clip in 0..<3 { table += "v\(video),\(clip),Ann,\(["train", "train", "test"][clip])\n" }
    }
    let dataset = try AuditedDataset.lists([try folder.write("label.csv", table)])[0]
    let error = #expect(throws: DataError.self) { try repaired(dataset) }
    #expect(error?.advice?.contains("--declare speaker=shared") == true)
    var promises = Promises()
    _ = promises.declare(.speaker, .shared)
    let divided = try repaired(dataset, promises).datasets[0]
    #expect(try IDOverlap(promises).run(on: [divided]).verdict == .pass)
  }

  @Test("a folder with other files is refused: label.csv and splits.json are names of other people's files too")
  func ownFolder() throws {
    let folder = try TemporaryFolder()
    let repair = try repaired(try torn())
    _ = try folder.write("label.csv", "mine")
    let error = #expect(throws: DataError.self) {
      try RepairedLists.write(repair, to: folder.path, progress: SilentProgress())
    }
    #expect(error?.code == .cannotCreate)
    #expect(try String(decoding: InputFile.contents(of: folder.file("label.csv"), limit: 9), as: UTF8.self) == "mine")
    for _ in 0..<2 { try RepairedLists.write(repair, to: folder.file("new"), progress: SilentProgress()) }
  }

  /// Lists of folds in which clips of 20 videos are held out clip by clip.
  ///
  /// - Parameter testFold: the fold that tests a clip.
  private func folds(_ folder: borrowing TemporaryFolder, count: Int, testFold: (Int) -> Int) throws -> [AuditedDataset]
  {
    var paths: [String] = []
    for fold in 1...count {
      var table = "video_id,clip_id,text,label,mode\n"
      for number in 0..<100 {
        let mode = testFold(number) == fold ? "test" : number % 9 == 0 ? "valid" : "train"
        table += "v\(number / 5),\(number % 5),words \(number),\(number % 3 - 1),\(mode)\n"
      }
      paths.append(try folder.write("corpus_fold_\(fold).csv", table))
    }
    return try AuditedDataset.lists(paths)
  }

  @Test("folds stay a cross-validation: each sample is tested once, and the lists of each fold pass")
  func crossValidation() throws {
    let folder = try TemporaryFolder()
    let originals = try folds(folder, count: 4) { $0 % 4 + 1 }
    let repair = try SplitRepair(AuditReport(AuditSubject(datasets: originals, threads: 1)), seed: 1)
    #expect(repair.datasets.map { $0.indices(of: .test).count } == [25, 25, 25, 25])
    #expect(Set(repair.datasets.flatMap { fold in fold.samples[fold.indices(of: .test)].map(\.id) }).count == 100)
    #expect(repair.datasets.allSatisfy { 5...10 ~= $0.indices(of: .valid).count })
    #expect(repair.text.split(separator: "\n").count == 5)

    try RepairedLists.write(repair, to: folder.file("repaired"), progress: SilentProgress())
    let tables = RepairedLists.tables(of: repair, in: folder.file("repaired"))
    #expect(tables == (1...4).map { folder.file("repaired/fold_\($0)/label.csv") })
    let again = try AuditedDataset.lists(tables)
    #expect(again.count == 4)
    let report = try AuditReport(AuditSubject(datasets: again, threads: 1))
    #expect(!report.hasErrors, "\(report.text(columns: nil))")
  }

  @Test("folds of which each tests a part of its own are repaired one by one")
  func looseFolds() throws {
    let originals = try folds(TemporaryFolder(), count: 3) { $0 % 5 + 1 }
    let repair = try SplitRepair(AuditReport(AuditSubject(datasets: originals, threads: 1)), seed: 1)
    for (before, after) in zip(originals, repair.datasets) {
      #expect(after.indices(of: .test).count == before.indices(of: .test).count)
      #expect(try IDOverlap().run(on: [after]).verdict != .fail)
    }
  }
}
