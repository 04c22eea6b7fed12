import Foundation

/// Layers written out in float64 from their definitions, one number at a time: the basis of the finite differences.
enum Reference {
  /// A row-major matrix.
  typealias Rows = [[Double]]
  typealias Weights = [String: [Double]]

  static func linear(_ x: Rows, _ w: [Double], _ b: [Double]) -> Rows {
    x.map { row in
      b.indices.map { output in
        row.indices.reduce(b[output]) { $0 + row[$1] * w[output * row.count + $1] }
      }
    }
  }

  static func batchNorm(_ x: Rows, _ gamma: [Double], _ beta: [Double], rectifies: Bool) -> Rows {
    var result = x
    for column in gamma.indices {
      let mean = x.reduce(0) { $0 + $1[column] } / Double(x.count)
      let variance = x.reduce(0) { $0 + ($1[column] - mean) * ($1[column] - mean) } / Double(x.count)
      for row in x.indices {
        let value = (x[row][column] - mean) / (variance + 1e-5).squareRoot() * gamma[column] + beta[column]
        result[row][column] = rectifies ? max(0, value) : value
      }
    }
    return result
  }

  static func layerNorm(_ x: Rows, _ gamma: [Double], _ beta: [Double]) -> Rows {
    x.map { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.indices.map { (row[$0] - mean) / (variance + 1e-5).squareRoot() * gamma[$0] + beta[$0] }
    }
  }

  static func softmax(_ x: [Double]) -> [Double] {
    let powers = x.map { exp($0 - (x.max() ?? 0)) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  /// `x` is [samples · tokens, width].
  static func selfAttention(_ x: Rows, _ weights: Weights, tokens: Int, heads: Int) -> Rows {
    attention(x, x, weights, tokens: tokens, heads: heads)
  }

  /// Both sequences are [samples · tokens, width].
  static func attention(_ x: Rows, _ keys: Rows, _ weights: Weights, tokens: Int, heads: Int) -> Rows {
    let width = x[0].count
    let headWidth = width / heads
    let (weight, bias) = (weights["in_proj_weight"] ?? [], weights["in_proj_bias"] ?? [])
    let qkv = zip(linear(x, weight, bias), linear(keys, weight, bias)).map { Array($0[..<width] + $1[width...]) }
    var context = x
    for start in stride(from: 0, to: x.count, by: tokens) {
      for head in 0..<heads {
        for query in start..<start + tokens {
          let columns = head * headWidth..<(head + 1) * headWidth
          let scores = (start..<start + tokens).map { key in
            columns.reduce(0) { $0 + qkv[query][$1] * qkv[key][width + $1] } / Double(headWidth).squareRoot()
          }
          let shares = softmax(scores)
          for column in columns {
            context[query][column] = shares.indices.reduce(0) { $0 + shares[$1] * qkv[start + $1][2 * width + column] }
          }
        }
      }
    }
    return linear(context, weights["out_proj.weight"] ?? [], weights["out_proj.bias"] ?? [])
  }

  /// `x` is [samples · tokens, width].
  static func positionalEncoding(_ x: Rows, tokens: Int) -> Rows {
    x.enumerated().map { index, row in
      row.indices.map { column in
        let angle = Double(index % tokens) / pow(10_000, Double(column / 2 * 2) / Double(row.count))
        return row[column] * Double(row.count).squareRoot() + (column % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
  }

  /// `x` holds three embeddings side by side: [samples, 3 · width].
  static func tensorProduct(_ x: Rows) -> Rows {
    x.map { row in
      let parts = thirds(row)
      return parts[0].flatMap { a in parts[1].flatMap { b in parts[2].map { a * b * $0 } } }
    }
  }

  /// `x` holds three embeddings side by side: [samples, 3 · width].
  static func lowRankProduct(_ x: Rows, _ weights: Weights, outputs: Int) -> Rows {
    let ranks = weights["weights"] ?? []
    let factors = ["visual_factor", "audio_factor", "text_factor"].map { weights[$0] ?? [] }
    return x.map { row in
      let parts = thirds(row)
      return (0..<outputs).map { output in
        ranks.indices.reduce(weights["bias"]?[output] ?? 0) { sum, rank in
          sum
            + zip(parts, factors).reduce(ranks[rank]) { product, pair in
              let (part, factor) = pair
              return product
                * part.indices.reduce(0) { $0 + part[$1] * factor[(rank * part.count + $1) * outputs + output] }
            }
        }
      }
    }
  }

  /// Each third of a row, with a 1 before it.
  private static func thirds(_ row: [Double]) -> Rows {
    let width = row.count / 3
    return (0..<3).map { [1] + row[$0 * width..<($0 + 1) * width] }
  }
}
