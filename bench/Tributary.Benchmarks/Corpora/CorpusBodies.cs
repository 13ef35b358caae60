namespace Tributary.Benchmarks.Corpora;

/// <summary>The bodies of many items, made before the clock starts and kept in a few large blocks, so that neither they nor the collector take part.</summary>
internal sealed class CorpusBodies
{
    private const int BlockItems = 16 * 1024;

    private readonly byte[][] _blocks;
    private readonly (int Start, int Length)[] _places;

    public CorpusBodies(int count)
    {
        _blocks = new byte[(count + BlockItems - 1) / BlockItems][];
        _places = new (int, int)[count];
        Parallel.For(0, _blocks.Length, block =>
        {
            using var bytes = new MemoryStream();
            for (int i = block * BlockItems; i < Math.Min(count, (block + 1) * BlockItems); i++)
            {
                byte[] body = Corpus.Item(i).Body();
                _places[i] = ((int)bytes.Position, body.Length);
                bytes.Write(body);
            }

            _blocks[block] = bytes.ToArray();
        });
    }

    public int Count => _places.Length;

    public double AverageBytes => _places.Average(place => (double)place.Length);

    public ReadOnlySpan<byte> this[int number] => _blocks[number / BlockItems].AsSpan(_places[number].Start, _places[number].Length);
}
