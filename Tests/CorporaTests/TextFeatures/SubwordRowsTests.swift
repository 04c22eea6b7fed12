import Testing
import Text

@testable import Corpora

@Suite("Rows of sub-word tokens")
struct SubwordRowsTests {
  @Test("a word is the mean of its tokens, summed as float64; tokens of no word are left out")
  func means() throws {
    let big: Float = 16_777_216
    let values: [Float] = [9, 9, big, 1, 1, 2, 1, 4, 5, 6, 9, 9]
    let means = try SubwordRows.means(values, width: 2, words: [-1, 0, 0, 0, 1, .nan])
    // In float32 the ones would be lost.
    #expect(means.values == [Float((Double(big) + 2) / 3), Float(7.0 / 3), 5, 6])
    #expect(means.withoutToken == 0)
  }

  @Test("a word without a token is NaN and counted")
  func gap() throws {
    let means = try SubwordRows.means([1, 2], width: 1, words: [0, 2])
    #expect(means.values[0] == 1 && means.values[1].isNaN && means.values[2] == 2)
    #expect(means.withoutToken == 1)
  }

  @Test(
    "indices that are no whole numbers, too large or of no word are refused",
    arguments: [[0.5, 1], [70_000, 0], [-1, -1], [.infinity, 0], [.nan, .nan]] as [[Float]])
  func refused(words: [Float]) {
    let error = #expect(throws: DataError.self) { try SubwordRows.means([1, 2], width: 1, words: words) }
    #expect(error?.code == .badData)
  }
}
