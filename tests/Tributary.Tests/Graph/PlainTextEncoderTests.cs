using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Tributary.Graph;

namespace Tributary.Tests.Graph;

public class PlainTextEncoderTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Const("😀"), Gen.Const("\U0010FFFF"), Gen.Const("\""), Gen.Const("\\"), Gen.Const("\n"), Gen.Const("\0"), Gen.Const("\u2028"), Gen.Const("äöü"),
        Gen.String[Gen.Char[' ', '~'], 0, 30], Gen.String[Gen.Char['\u0080', '\ud7ff'], 0, 5]).Array[0, 12].Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("😀", "😀")]
    [InlineData("a 𝔘 b \U0010FFFD", "a 𝔘 b \U0010FFFD")]
    [InlineData("<ä>&'+", "<ä>&'+")]
    [InlineData("\"\\\n😀\t", "\\\"\\\\\\n😀\\t")]
    [InlineData("😀\u0000😀", "😀\\u0000😀")]
    public void Text_keeps_its_characters_and_what_JSON_needs_escaped_is(string text, string expected)
    {
        Assert.Equal($"\"{expected}\"", Written(writer => writer.WriteStringValue(text)));
        Assert.Equal($"\"{expected}\"", Written(writer => writer.WriteStringValue(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(expected, PlainTextEncoder.Instance.Encode(text));
    }

    [Fact]
    public void Any_text_is_read_back_as_it_was_and_has_no_escape_of_a_character_beyond() => Texts.Sample(text =>
    {
        string fromChars = Written(writer => writer.WriteStringValue(text));
        string fromBytes = Written(writer => writer.WriteStringValue(Encoding.UTF8.GetBytes(text)));

        Assert.Equal(fromChars, fromBytes);
        Assert.Equal(text, JsonSerializer.Deserialize<string>(fromChars));
        Assert.DoesNotContain("\\uD8", fromChars, StringComparison.OrdinalIgnoreCase);

        // Without those beyond, it is what .NET's encoder makes of it.
        string within = string.Concat(text.EnumerateRunes().Where(rune => rune.IsBmp));
        Assert.Equal(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(within), PlainTextEncoder.Instance.Encode(within));
    });

    [Theory]
    [InlineData("\ud83d")]
    [InlineData("\ude00")]
    [InlineData("a\ude00\ud83d")]
    public void Half_a_pair_is_no_text_and_is_replaced(string text) =>
        Assert.Contains("\uFFFD", PlainTextEncoder.Instance.Encode(text).Replace("\\uFFFD", "\uFFFD", StringComparison.OrdinalIgnoreCase), StringComparison.Ordinal);

    [Fact]
    public void Whatever_room_there_is_the_pieces_make_the_whole() => Gen.Select(Texts, Gen.Int[12, 40]).Sample((text, room) =>
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        var pieces = new List<byte>();
        Span<byte> piece = stackalloc byte[room];
        while (!rest.IsEmpty)
        {
            // As a caller with little room does: as much of the source as must fit.
            ReadOnlySpan<byte> some = rest[..CharactersThatFit(rest, room / 6)];
            Assert.Equal(OperationStatus.Done, PlainTextEncoder.Instance.EncodeUtf8(some, piece, out int consumed, out int written));
            pieces.AddRange(piece[..written]);
            rest = rest[consumed..];
        }

        Assert.Equal(PlainTextEncoder.Instance.Encode(text), Encoding.UTF8.GetString([.. pieces]));
    });

    [Fact]
    public void Too_little_room_is_told()
    {
        Assert.Equal(OperationStatus.DestinationTooSmall, PlainTextEncoder.Instance.EncodeUtf8("abc"u8, new byte[2], out _, out _));
        Assert.Equal(OperationStatus.DestinationTooSmall, PlainTextEncoder.Instance.EncodeUtf8("\n"u8, new byte[1], out _, out _));
        Assert.Equal(OperationStatus.DestinationTooSmall, PlainTextEncoder.Instance.Encode("abc", new char[2], out _, out _));
    }

    private static int CharactersThatFit(ReadOnlySpan<byte> utf8, int characters)
    {
        int length = 0;
        for (int i = 0; i < Math.Max(1, characters) && length < utf8.Length; i++)
        {
            Rune.DecodeFromUtf8(utf8[length..], out _, out int consumed);
            length += consumed;
        }

        return length;
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, GraphResult.WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
