import ArrayFiles
import TestSupport
import Testing

/// Tensors that tools/parity/training made with PyTorch.
struct Golden {
  private let file: SafetensorsFile

  init(_ name: String) throws {
    file = try SafetensorsFile(path: fixture("training/\(name).safetensors"))
  }

  var names: [String] { file.header.tensors.map(\.name).sorted() }

  func shape(_ name: String) throws -> [Int] { try #require(file.header[name]).shape }

  subscript(_ name: String) -> [Float] {
    get throws {
      let entry = try #require(file.header[name], "no golden tensor \(name)")
      return Array(try file.tensor(name, .float32, shape: entry.shape, as: Float.self))
    }
  }

  func doubles(_ name: String) throws -> [Double] {
    Array(try file.tensor(name, .float64, shape: shape(name), as: Double.self))
  }

  func integers(_ name: String) throws -> [Int64] {
    Array(try file.tensor(name, .int64, shape: shape(name), as: Int64.self))
  }
}

/// The largest difference, relative to the largest expected value or to 1, whichever is larger.
func difference(_ found: [Float], _ expected: [Float]) -> Double {
  if found.count != expected.count { return .infinity }
  let scale = expected.reduce(1) { max($0, Double($1.magnitude)) }
  return zip(found, expected).reduce(0) { worst, pair in
    let gap = Double((pair.0 - pair.1).magnitude) / scale
    return gap.isNaN ? .infinity : max(worst, gap)
  }
}
