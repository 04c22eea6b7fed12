import TensorCore

/// The matrices that turn power spectra into mel bands, chroma and cepstra, as librosa 0.11 makes them.
enum SpectrumTables {
  /// Triangles of equal width on Slaney's mel scale from 0 Hz to half the rate, each of area 1 (`librosa.filters.mel` with
  /// its defaults): [bins, bands].
  static func mel(sampleRate: Double, transformLength: Int, bandCount: Int) -> [Float] {
    let top = melOfHertz(sampleRate / 2)
    let edges = (0..<bandCount + 2).map { hertzOfMel(top * Double($0) / Double(bandCount + 1)) }
    var table: [Float] = []
    for bin in 0...transformLength / 2 {
      let frequency = Double(bin) * sampleRate / Double(transformLength)
      for band in 0..<bandCount {
        let rising = (frequency - edges[band]) / (edges[band + 1] - edges[band])
        let falling = (edges[band + 2] - frequency) / (edges[band + 2] - edges[band + 1])
        table.append(Float(max(0, min(rising, falling)) * 2 / (edges[band + 2] - edges[band])))
      }
    }
    return table
  }

  /// Linear up to 1 kHz, logarithmic above (Slaney's Auditory Toolbox).
  private static func melOfHertz(_ hertz: Double) -> Double {
    hertz < 1000 ? hertz * 3 / 200 : 15 + logarithm(hertz / 1000) / (logarithm(6.4) / 27)
  }

  private static func hertzOfMel(_ mel: Double) -> Double {
    mel < 15 ? mel * 200 / 3 : 1000 * exponential((mel - 15) * logarithm(6.4) / 27)
  }

  /// Gaussian bumps around the twelve pitch classes from C on, tuned to A = 440 Hz (`librosa.filters.chroma` with
  /// `tuning=0` and its other defaults): [bins, 12].
  static func chroma(sampleRate: Double, transformLength: Int) -> [Float] {
    // Pitch of each bin in semitones; bin 0 stands one and a half octaves below bin 1.
    var pitches = (0..<transformLength).map { bin in
      12 * logarithm(Double(bin) * sampleRate / Double(transformLength) / 27.5) / logarithm(2.0)
    }
    pitches[0] = pitches[1] - 18
    var table: [Float] = []
    for bin in 0...transformLength / 2 {
      let width = bin + 1 < transformLength ? max(pitches[bin + 1] - pitches[bin], 1) : 1
      var bumps = (0..<12).map { chroma -> Double in
        let distance = (pitches[bin] - Double(chroma) + 6 + 120).remainder12 - 6
        return exponential(-0.5 * (2 * distance / width) * (2 * distance / width))
      }
      let norm = bumps.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let octave = (pitches[bin] / 12 - 5) / 2
      bumps = bumps.map { $0 / norm * exponential(-0.5 * octave * octave) }
      // Pitches count from A; the columns start at C, three semitones above.
      table.append(contentsOf: (0..<12).map { Float(bumps[($0 + 3) % 12]) })
    }
    return table
  }

  /// The orthonormal cosine transform of type II (`scipy.fft.dct(norm="ortho")`): [bands, coefficients].
  static func cosineTransform(bandCount: Int, coefficientCount: Int) -> [Float] {
    (0..<bandCount).flatMap { band in
      (0..<coefficientCount).map { coefficient in
        let angle = Double.pi * Double(coefficient * (2 * band + 1)) / Double(2 * bandCount)
        return Float(cosine(angle) * (Double(coefficient == 0 ? 1 : 2) / Double(bandCount)).squareRoot())
      }
    }
  }
}

extension Double {
  /// The remainder of division by 12, 0 ..< 12.
  fileprivate var remainder12: Double { self - 12 * (self / 12).rounded(.down) }
}
