import Testing

@testable import TensorCore

@Suite struct UnitHistogramsTests {
  private static func profile(_ cells: [Float], mask: [UInt8]? = nil) -> UnitProfile {
    var histogram = UnitHistograms(columns: 0..<1)
    histogram.add(cells, rowCount: cells.count, width: 1, mask: mask)
    return UnitHistograms.profile(ofColumn: 0, in: [histogram])
  }

  @Test("signs and zeros are counted exactly; NaN and masked rows are ignored")
  func signs() {
    let profile = Self.profile([-3, -1e-30, 0, -0.0, 1e-30, 0.5, 7, .nan, 9], mask: [1, 1, 1, 1, 1, 1, 1, 1, 0])
    #expect(profile.negativeCount == 2)
    #expect(profile.zeroCount == 2)
    #expect(profile.positiveCount == 3)
  }

  @Test("a quantile's range contains the quantile of the cells", arguments: [1, 2, 3, 10, 101, 1000])
  func quantiles(count: Int) throws {
    let generator = Philox(seed: 5)
    // Within ±1, with zeros among them.
    let cells = (0..<count).map { index -> Float in
      index % 7 == 3 ? 0 : 2 * Philox.uniform(generator.word(at: index, stream: 1, step: 0)) - 1
    }
    let profile = Self.profile(cells)
    let sorted = cells.sorted()
    for share in [0.25, 0.5, 0.75] {
      let range = try #require(profile.quantile(share, zeros: profile.zeroCount))
      let place = share * Double(count - 1)
      let (low, high) = (Int(place), min(Int(place) + 1, count - 1))
      let value = Double(sorted[low]) + (Double(sorted[high]) - Double(sorted[low])) * (place - Double(low))
      #expect(range.lowerBound - 1e-12 <= value && value <= range.upperBound + 1e-12)
      #expect(range.upperBound - range.lowerBound <= 1.0 / 2048 + 1e-12)
    }
  }

  @Test("values beyond ±1 are bounded on one side")
  func tails() throws {
    let profile = Self.profile([-5, -4, 4, 5])
    #expect(try #require(profile.quantile(0, zeros: 0)) == -.infinity ... -1)
    #expect(try #require(profile.quantile(1, zeros: 0)) == 1 ... .infinity)
  }

  @Test("ignored zeros do not change the order of the others")
  func fewerZeros() throws {
    let profile = Self.profile([-0.5, 0, 0, 0, 0.25])
    #expect(profile.value(atRank: 1, zeros: 1) == 0...0)
    let last = profile.value(atRank: 1, zeros: 0)
    #expect(last.contains(0.25))
  }

  @Test("the histograms of two threads add up")
  func merging() {
    var (first, second) = (UnitHistograms(columns: 1..<3), UnitHistograms(columns: 1..<3))
    first.add([9, 0.1, -0.1], rowCount: 1, width: 3, mask: nil)
    second.add([9, 0.2, 0.3], rowCount: 1, width: 3, mask: nil)
    first.merge(second)
    #expect(UnitHistograms.profile(ofColumn: 1, in: [first]).positiveCount == 2)
    #expect(UnitHistograms.profile(ofColumn: 2, in: [first]).negativeCount == 1)
    let together = UnitHistograms.profile(ofColumn: 2, in: [first, second])
    #expect(together.positiveCount == 2)
  }
}

@Suite struct SignProjectionsTests {
  @Test("the share of directions in which two vectors disagree matches their angle")
  func agreement() {
    let projections = SignProjections(width: 200, bitCount: 2048, seed: 3)
    let generator = Philox(seed: 1)
    func normal(_ place: Int, _ stream: UInt32) -> Float {
      (0..<12).reduce(-6) { $0 + Philox.uniform(generator.word(at: 12 * place + $1, stream: stream, step: 0)) }
    }
    let first = (0..<200).map { normal($0, 1) }
    for noise: Float in [0.1, 0.5, 1] {
      let second = (0..<200).map { first[$0] + noise * normal($0, 2) }
      let cosine =
        VectorProduct.dot(first, second, count: 200)
        / (VectorProduct.dot(first, first, count: 200) * VectorProduct.dot(second, second, count: 200)).squareRoot()
      var words = [UInt64](repeating: 0, count: 32)
      var others = words
      projections.bits(of: first, into: &words)
      projections.bits(of: second, into: &others)
      let differing = zip(words, others).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
      let expected = Double(acosine(cosine)) / .pi
      #expect(abs(Double(differing) / 2048 - expected) < 0.04)
    }
  }

  /// The arc cosine by bisection, because the tests of this target import no math library.
  private func acosine(_ cosine: Float) -> Double {
    var (low, high) = (0.0, Double.pi)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if series(middle) > Double(cosine) { low = middle } else { high = middle }
    }
    return low
  }

  private func series(_ angle: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for step in 1..<20 {
      term *= -angle * angle / Double((2 * step - 1) * (2 * step))
      sum += term
    }
    return sum
  }

  @Test("the bits match the sums, and are the same at every call")
  func bits() {
    let projections = SignProjections(width: 3, bitCount: 64, seed: 1)
    var first: [UInt64] = [0]
    var second: [UInt64] = [0]
    projections.bits(of: [1, 0, 0], into: &first)
    projections.bits(of: [-1, 0, 0], into: &second)
    #expect(first[0] == ~second[0])
    #expect(first[0] != 0 && first[0] != .max)
  }

  @Test("a product of odd length is the sum of its parts")
  func dot() {
    let values = (0..<19).map { Float($0) }
    #expect(VectorProduct.dot(values, values, count: 19) == 2109)
  }
}
