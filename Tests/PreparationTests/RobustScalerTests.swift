import Foundation
import Samples
import TensorCore
import Testing
import Text
import Workers

@testable import Preparation

@Suite("RobustScaler")
struct RobustScalerTests {
  private let train: TrainSplit

  init() throws {
    train = try Partition(
      groups: [.train: ["b", "a"], .valid: ["c"], .test: ["d"]], source: "folds.json"
    ).train
  }

  private func fixture<Element: BitwiseCopyable>(_ name: String, as type: Element.Type) throws -> [Element] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/scaler")
    let data = try Data(contentsOf: folder.appending(path: name))
    let size = MemoryLayout<Element>.size
    return data.withUnsafeBytes { bytes in
      (0..<data.count / size).map { bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self) }
    }
  }

  private func fit(_ rows: MemoryRows, threads: Int = 1) throws -> RobustScaler {
    try RobustScaler.fit(
      on: train, rows: { _ in rows }, samplesDigest: "d", workers: OrderedWorkers(threadCount: threads))
  }

  @Test("a worked example: quartiles, a constant column and a column without a valid cell")
  func byHand() throws {
    let rows = MemoryRows(
      [
        1, 7, .nan,
        2, 7, .nan,
        5, 7, .nan,
        9, 7, .nan,
        .nan, 7, .nan,
      ], width: 3)
    let scaler = try fit(rows)
    #expect(scaler.center == [3.5, 7, 0])
    #expect(scaler.scale == [4.25, 1, 1])
    #expect(scaler.validCounts == [4, 5, 0])
    #expect(scaler.rowCount == 5 && scaler.samplesDigest == "d")
    var output = [Float](repeating: -1, count: 3)
    let counts = scaler.transform([12, 8, .nan], rowCount: 1, as: .float32, into: &output)
    #expect(output == [2, 1, 0])
    #expect(counts.imputed == 1)
  }

  @Test("the scaler asks only for rows of the train groups")
  func asksForTrain() throws {
    var asked: [[String]] = []
    _ = try RobustScaler.fit(
      on: train,
      rows: { split in
        asked.append(split.groups)
        return MemoryRows([1], width: 1)
      }, samplesDigest: "", workers: OrderedWorkers(threadCount: 1))
    #expect(asked == [["a", "b"]])
  }

  @Test(
    "fit and transform match scikit-learn bit for bit, for any number of threads", arguments: [37, 640], [1, 2, 3])
  func golden(rowCount: Int, threads: Int) throws {
    let values = try fixture("\(rowCount)-rows.f32", as: Float.self)
    let expected = try fixture("\(rowCount)-center-scale.f64", as: Double.self)
    let scaled = try fixture("\(rowCount)-scaled.f32", as: Float.self)
    let width = expected.count / 2
    let scaler = try fit(MemoryRows(values, width: width, rowsPerPiece: 20), threads: threads)
    // scikit-learn gives NaN for a column without a valid cell.
    #expect(scaler.center == expected[..<width].map { $0.isNaN ? 0 : $0 })
    #expect(scaler.scale == expected[width...].map { $0.isNaN ? 1 : $0 })
    var output = [Float](repeating: -1, count: values.count)
    let counts = scaler.transform(values, rowCount: rowCount, as: .float32, into: &output)
    #expect(output.map(\.bitPattern) == scaled.map { $0.isNaN ? 0 : $0.bitPattern })
    #expect(counts.imputed == values.filter { $0.isNaN }.count)
  }

  @Test("a column without a valid cell in train is 0 in all rows, which is counted", arguments: [1, 9])
  func emptyColumn(width: Int) throws {
    let train = (0..<4).flatMap { row in (0..<width).map { $0 == 0 ? Float.nan : Float(row) } }
    let scaler = try fit(MemoryRows(train, width: width))
    #expect(scaler.columnsWithoutValue == [0])
    #expect(scaler.center[0] == 0 && scaler.scale[0] == 1)
    let held = [Float](repeating: -4000, count: 2 * width)
    var output = [Float](repeating: -1, count: held.count)
    let counts = scaler.transform(held, rowCount: 2, as: .float32, into: &output)
    #expect([output[0], output[width]].map(\.bitPattern) == [0, 0])
    #expect(width == 1 || output[1] != 0)
    #expect(counts.imputed == 2)
  }

  @Test("a restored scaler scales like the fitted one")
  func restored() throws {
    let values: [Float] = [1, 2.5, 0.1, 4, 9, 0.3, 0.7, -3]
    let fitted = try fit(MemoryRows(values, width: 2))
    let restored = try RobustScaler(
      storedCenter: fitted.center, scale: fitted.scale, rowCount: fitted.rowCount, samplesDigest: "d")
    var first = values
    var second = values
    _ = fitted.transform(values, rowCount: 4, as: .float32, into: &first)
    _ = restored.transform(values, rowCount: 4, as: .float32, into: &second)
    #expect(first == second)
    #expect(restored.columns.isEmpty && restored.samplesDigest == "d")
  }

  @Test(
    "numbers that no fit can give are refused",
    arguments: [
      (center: [0.0], scale: [1.0, 1], found: "1 centres and 2 scales"),
      (center: [.nan], scale: [1], found: "column 0: centre nan"),
      (center: [0, 0.1], scale: [1, 1], found: "column 1: centre 0.1"),
      (center: [0], scale: [0], found: "column 0: scale 0.0"),
      (center: [0], scale: [-1], found: "column 0: scale -1.0"),
      (center: [0], scale: [.infinity], found: "column 0: scale inf"),
    ])
  func refused(center: [Double], scale: [Double], found: String) throws {
    let error = try #require(throws: DataError.self) {
      try RobustScaler(storedCenter: center, scale: scale, rowCount: 1, samplesDigest: "")
    }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(found))
  }
}

extension RobustScaler {
  /// The scaler takes buffers, but tests have arrays.
  fileprivate func transform(
    _ rows: [Float], rowCount: Int, as format: FloatFormat, into output: inout [Float]
  ) -> ScalingCounts {
    rows.withUnsafeBufferPointer { rows in
      output.withUnsafeMutableBytes { transform(rows, rowCount: rowCount, as: format, into: $0) }
    }
  }
}
