using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using Lucene.Net.Codecs;
using Lucene.Net.Index;
using Lucene.Net.Store;
using Microsoft.Win32.SafeHandles;

namespace Tributary.Indexing;

/// <summary>
/// Reads the files of a commit against the checksums at their ends. As Lucene's <c>CheckIntegrity</c>, but the whole of every file, and by the processor's own instructions:
/// a gigabyte takes a fraction of a second.
/// </summary>
internal static class FileChecksums
{
    /// <summary>Magic and algorithm, four bytes each, then eight of the checksum of all before these: <see cref="CodecUtil.WriteFooter"/>.</summary>
    private const int FooterLength = 16;

    private const int ChecksumLength = 8;

    private const int BlockLength = 1024 * 1024;

    /// <exception cref="CorruptIndexException">A file is not as it was written.</exception>
    /// <exception cref="IOException">One cannot be read.</exception>
    public static void Verify(FSDirectory directory, SegmentInfos commit)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            foreach (string name in commit.GetFiles(directory, includeSegmentsFile: true))
            {
                Verify(Path.Combine(directory.Directory.FullName, name), block);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static void Verify(string path, byte[] block)
    {
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(file);
        Span<byte> footer = stackalloc byte[FooterLength];
        if (length < FooterLength
            || RandomAccess.Read(file, footer, length - FooterLength) < FooterLength
            || BinaryPrimitives.ReadInt32BigEndian(footer) != CodecUtil.FOOTER_MAGIC
            || BinaryPrimitives.ReadInt32BigEndian(footer[4..]) != 0)
        {
            throw new CorruptIndexException($"There is no checksum at the end of {path}.");
        }

        var checksum = new Crc32();
        for (long position = 0, end = length - ChecksumLength; position < end;)
        {
            int read = RandomAccess.Read(file, block.AsSpan(0, (int)Math.Min(block.Length, end - position)), position);
            if (read == 0)
            {
                throw new CorruptIndexException($"{path} was cut while it was read.");
            }

            checksum.Append(block.AsSpan(0, read));
            position += read;
        }

        if (checksum.GetCurrentHashAsUInt32() != BinaryPrimitives.ReadInt64BigEndian(footer[8..]))
        {
            throw new CorruptIndexException($"{path} does not match its checksum.");
        }
    }
}
