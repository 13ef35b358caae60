using Lucene.Net.Store;

namespace Tributary.Indexing;

/// <summary>
/// Reads files in larger pieces than Lucene does by itself, which are 1 KB with a system call each. Not mapped into memory: reading on in a mapped file that somebody
/// has cut ends the process, without an exception. Measured, it is as fast.
/// </summary>
internal sealed class BufferedDirectory(string folder) : SimpleFSDirectory(folder)
{
    private static readonly int BufferBytes = int.Parse(Environment.GetEnvironmentVariable("BUF") ?? "4096", System.Globalization.CultureInfo.InvariantCulture);

    public override IndexInput OpenInput(string name, IOContext context) => Buffered(base.OpenInput(name, context));

    public override IndexInputSlicer CreateSlicer(string name, IOContext context) => new BufferedSlicer(base.CreateSlicer(name, context));

    /// <summary>Of what is read by buffers; copies of it have as large ones.</summary>
    private static IndexInput Buffered(IndexInput input)
    {
        if (input is BufferedIndexInput buffered && buffered.BufferSize < BufferBytes)
        {
            buffered.SetBufferSize(BufferBytes);
        }

        return input;
    }

    private sealed class BufferedSlicer(IndexInputSlicer slicer) : IndexInputSlicer
    {
        public override IndexInput OpenSlice(string sliceDescription, long offset, long length) => Buffered(slicer.OpenSlice(sliceDescription, offset, length));

        [Obsolete("Only for reading CFS files from 3.x indexes.")]
        public override IndexInput OpenFullSlice() => slicer.OpenFullSlice();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                slicer.Dispose();
            }
        }
    }
}
