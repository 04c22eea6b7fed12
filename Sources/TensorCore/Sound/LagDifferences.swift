import CTensorCore

/// Difference functions for pitch: how much a signal differs from itself some samples later.
///
/// YIN (de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music", 2002), equations 6
/// and 8, over the window of librosa 0.11's `pyin`: d(τ) = Σ (x[j] − x[j + τ])² over all samples j of a frame, beyond
/// whose end x counts as 0. Where j + τ stays inside the frame, the differences of overlapping frames are the same, so
/// they are summed once, in blocks; the last samples of each frame are added. Nothing is ever subtracted from a running
/// sum.
public enum LagDifferences {
  /// Lags of one call, 1 … 256.
  public static let lagCount = 256
  /// Lags whose sums fit in registers together.
  private static let groupSize = 64

  /// `output[τ − 1] = Σ (x[j] − x[j + τ])²` over the first `count` samples j, for each lag τ in 1 … 256.
  ///
  /// `count` + 256 samples must be readable.
  public static func block(_ x: UnsafeBufferPointer<Float>, count: Int, into output: Vector) {
    require(checkedCount(1, count, plus: lagCount) <= x.count && output.count >= lagCount, "a sample at each lag")
    let (x, output) = (x.start, output.start)
    for first in stride(from: 1, through: lagCount, by: groupSize) {
      msa_lag_differences(x, count, first, 0, output + first - 1)
    }
  }

  /// The lags up to which a frame's difference function includes the last block when `rest` samples follow it: no
  /// difference of that block then reaches beyond the frame.
  private static func lagsOfLastBlock(rest: Int) -> Int { min(lagCount, rest / groupSize * groupSize) }

  /// `output[τ − 1] = Σ (x[j] − x[j + τ])²` over the last samples j of a frame, x being 0 beyond it: what the frame's blocks
  /// lack.
  ///
  /// - Parameters:
  ///   - tail: the frame's last samples, at least `rest` + `blockLength`.
  ///   - rest: the samples after the frame's last block, of `blockLength` samples; at least 256 with that block.
  ///   - scratch: [`rest` + `blockLength` + 64]
  public static func end(
    of tail: UnsafeBufferPointer<Float>, rest: Int, blockLength: Int, scratch: Vector, into output: Vector
  ) {
    let length = checkedCount(1, rest, plus: blockLength)
    require(length >= lagCount && tail.count >= length && output.count >= lagCount, "a sample at each lag")
    require(scratch.count - length >= groupSize, "room for the last samples and for silence")
    let (end, scratch, output) = (tail.start + tail.count, scratch.start, output.start)
    scratch.update(from: end - length, count: length)
    (scratch + length).update(repeating: 0, count: groupSize)
    for first in stride(from: 1, through: lagCount, by: groupSize) {
      // The last samples are paired with zeros at every lag of the group.
      let silent = WaveMeasures.energy(tail.part(from: tail.count - first, count: first))
      let start = first <= lagsOfLastBlock(rest: rest) ? blockLength : 0
      msa_lag_differences(scratch + start, length - start - first, first, silent, output + first - 1)
    }
  }

  /// Adds a frame's blocks to the result of `end` for its last samples.
  ///
  /// - Parameters:
  ///   - blocks: `count` contiguous outputs of `block`, in any order.
  ///   - last: which of them is the frame's last.
  ///   - rest: the samples of the frame after that block.
  ///   - output: [256]
  public static func addBlocks(
    _ blocks: UnsafeBufferPointer<Float>, count: Int, last: Int, rest: Int, to output: Vector
  ) {
    require(blocks.count >= checkedCount(count, lagCount) && output.count >= lagCount, "a difference a lag")
    let (blocks, output) = (blocks.start, output.start)
    for block in 0..<count {
      msa_add(blocks + block * lagCount, block == last ? lagsOfLastBlock(rest: rest) : lagCount, output)
    }
  }

  /// Turns a difference function d into the cumulative mean normalised one, d′(τ) = d(τ)·τ / Σ d(1…τ); 0 where all is 0.
  ///
  /// - Parameters:
  ///   - difference: [256]
  ///   - firstSample: of the frame. Its square is added to d(1), from which librosa does not subtract it.
  ///   - sum: gets the running sums of d, [256].
  public static func normalise(
    _ difference: Vector, firstSample: Float, sum: Vector
  ) {
    require(difference.count >= lagCount && sum.count >= lagCount, "a difference a lag")
    let (difference, sum) = (difference.start, sum.start)
    difference[0] += firstSample * firstSample
    // Four stretches side by side: one running sum would wait for each of 256 additions.
    let part = lagCount / 4
    var (r0, r1, r2, r3): (Float, Float, Float, Float) = (0, 0, 0, 0)
    for lag in 0..<part {
      r0 += difference[lag]
      r1 += difference[lag + part]
      r2 += difference[lag + 2 * part]
      r3 += difference[lag + 3 * part]
      sum[lag] = r0
      sum[lag + part] = r1
      sum[lag + 2 * part] = r2
      sum[lag + 3 * part] = r3
    }
    var before: Float = 0
    for quarter in 0..<4 {
      msa_normalise_difference(difference, sum, quarter * part, (quarter + 1) * part, before)
      before += sum[(quarter + 1) * part - 1]
    }
  }
}
