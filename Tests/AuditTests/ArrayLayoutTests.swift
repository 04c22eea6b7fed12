import ArrayFiles
import AuditSupport
import Leaks
import Samples
import TestSupport
import Testing
import Text

@testable import Audit

@Suite struct ArrayLayoutTests {
  /// Three segments of each of 16 videos in MulT's layout: ids [N, 3], labels [N, 1, 1].
  private func layout(
    _ folder: borrowing TemporaryFolder, asBytes: Bool = false, repeated: Bool = false, planted: Bool = false
  ) throws -> AuditedDataset {
    var file = ArrayFile()
    for (number, (split, videos)) in [("train", 0..<8), ("valid", 8..<12), ("test", 12..<16)].enumerated() {
      var ids = videos.flatMap { video in
        (0..<3).flatMap { ["v\(video)x", "\(Double($0) * 2.5)", "\(Double($0) * 2.5 + 2)"] }
      }
      if repeated, split == "test" { ids.replaceSubrange(0..<3, with: ["v0x", "20.5", "22.5"]) }
      let count = ids.count / 3
      let labels = MemoryDataset.random(rows: 1, width: count, seed: UInt64(number))[0]
      var text = MemoryDataset.random(rows: count, width: 12, seed: UInt64(10 + number))
      if planted { for sample in 0..<count { for row in 0..<3 { text[sample][4 * row + 2] = labels[sample] } } }
      file.add(split + "/id", ids, shape: [count, 3], asBytes: asBytes)
      file.add(split + "/labels", labels, shape: [count, 1, 1])
      file.add(split + "/text", text.flatMap(\.self), shape: [count, 3, 4])
    }
    return try AuditedDataset.arrays([file.write(to: folder.file("arrays.npz"))])
  }

  @Test("MulT's ids give video, start and end, as text or as bytes", arguments: [false, true])
  func ids(asBytes: Bool) throws {
    let folder = try TemporaryFolder()
    let dataset = try layout(folder, asBytes: asBytes)
    #expect(dataset.samples.count == 48)
    #expect(dataset.samples[1].id == "v0x[2.5-4.5]")
    #expect(dataset.samples[1].group == "v0x")
    #expect(dataset.samples[1].interval == Interval(start: 2.5, end: 4.5))
    #expect(dataset.labelNames == ["sentiment"])
    let subject = AuditSubject(datasets: [dataset], threads: 1)
    #expect(try IDOverlap().run(on: subject).reason?.contains("the speakers are unknown") == true)
    #expect(try TimeOverlap().run(on: subject).summary == "None of 16 recordings is in two splits.")
  }

  @Test("a video in two splits is found through MulT's ids even if no times overlap")
  func group() throws {
    let folder = try TemporaryFolder()
    let subject = AuditSubject(datasets: [try layout(folder, repeated: true)], threads: 1)
    #expect(try IDOverlap().run(on: subject).summary.hasPrefix("1 group in more than one split: "))
    #expect(try TimeOverlap().run(on: subject).verdict == .pass)
  }

  @Test("a column that equals the label is found with MulT's labels")
  func target() throws {
    let folder = try TemporaryFolder()
    let clean = AuditSubject(datasets: [try layout(folder)], threads: 1)
    #expect(try TargetInFeatures().run(on: clean).verdict == .pass)
    let leaky = AuditSubject(datasets: [try layout(folder, planted: true)], threads: 1)
    #expect(try TargetInFeatures().run(on: leaky).verdict == .fail)
  }

  @Test("integers work as ids and labels; two arrays for the same thing are refused")
  func others() throws {
    let folder = try TemporaryFolder()
    var file = ArrayFile()
    for (number, split) in ["train", "valid", "test"].enumerated() {
      file.add(split + "/ids", whole: [Int64(10 * number), Int64(10 * number + 1)], shape: [2])
      file.add(split + "/label", whole: [0, 1], shape: [2, 1])
      file.add(split + "/acoustic", [1, 2, 3, 4, 5, 6], shape: [2, 3])
    }
    let dataset = try AuditedDataset.arrays([file.write(to: folder.file("a.npz"))])
    #expect(dataset.samples.map(\.id) == ["0", "1", "10", "11", "20", "21"])
    #expect(dataset.samples.map(\.label) == [[0], [1], [0], [1], [0], [1]])
    #expect(dataset.widths == [.audio: 3])
    file.add("test/id", ["a", "b"], shape: [2])
    #expect {
      _ = try AuditedDataset.arrays([file.write(to: folder.file("b.npz"))])
    } throws: { "\($0)".contains("says the same as test/id") }
  }

  @Test("more columns than the search can combine leave the check open")
  func wide() throws {
    let folder = try TemporaryFolder()
    var file = ArrayFile()
    let width = TargetSearch.widestForPairs + 1
    for (number, split) in ["train", "valid", "test"].enumerated() {
      file.add(
        split + "/regression_labels", MemoryDataset.random(rows: 1, width: 8, seed: UInt64(number))[0], shape: [8])
      file.add(
        split + "/text", MemoryDataset.random(rows: 8, width: width, seed: UInt64(5 + number)).flatMap(\.self),
        shape: [8, width])
    }
    let dataset = try AuditedDataset.arrays([file.write(to: folder.file("a.npz"))])
    let finding = try TargetInFeatures().run(on: AuditSubject(datasets: [dataset], threads: 2))
    #expect(finding.verdict == .undecidable)
    #expect(finding.doubt == .incompleteSearch)
  }

  @Test(
    "a length that is not a row count, or is followed by nonzero rows, is bad data; file, array and sample are named",
    arguments: [
      (Int64(-1), "sample 1 has the length -1, expected 0 to 3"), (4, "sample 1 has the length 4, expected 0 to 3"),
      (Int64.max, "sample 1 has the length 9223372036854775807"),
      (Int64.min, "sample 1 has the length -9223372036854775808"),
      (0, "sample 1 has the length 0, but not all"), (1, "sample 1 has the length 1, but not all"),
    ])
  func lengths(length: Int64, problem: String) throws {
    let folder = try TemporaryFolder()
    var paths: [String] = []
    for split in ["train", "valid", "test"] {
      var file = ArrayFile()
      file.add("audio", [1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8], shape: [2, 3, 2])
      file.add("audio_lengths", whole: [2, split == "valid" ? length : 2], shape: [2])
      paths.append(try file.write(to: folder.file(split + ".npz")))
    }
    #expect {
      _ = try AuditedDataset.arrays(paths)
    } throws: { error in
      let text = "\(error)"
      return (error as? DataError)?.code == .badData && text.hasPrefix(paths[1] + ": audio_lengths.npy: ")
        && text.contains(problem) && !text.contains(paths[0])
    }
  }

  @Test("the given number of rows stands before or after the zeros")
  func ownRows() throws {
    let folder = try TemporaryFolder()
    var file = ArrayFile()
    for split in ["train", "valid", "test"] {
      file.add(split + "/audio", [1, 2, 3, 0, 0, 4], shape: [2, 3, 1])
      file.add(split + "/audio_lengths", whole: [3, 1], shape: [2])
    }
    let dataset = try AuditedDataset.arrays([file.write(to: folder.file("a.npz"))])
    #expect(dataset.samples.map { $0.rows[.audio] } == [3, 1, 3, 1, 3, 1])
    #expect(try dataset.withRows(of: 1, .audio) { values, _ in Array(values) } == [4])
  }
}
