using System.Buffers;
using System.Text;
using Tributary.TakeOver.Proxy;

namespace Tributary.Tests.TakeOver.Proxy;

public sealed class ConnectHeadTests
{
    [Theory]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n", "graph.microsoft.com", 443)]
    [InlineData("CONNECT a_b-c.example:1 HTTP/1.0\r\nHost: a_b-c.example:1\r\nProxy-Connection: keep-alive\r\nX:\r\n\r\n", "a_b-c.example", 1)]
    [InlineData("CONNECT [::1]:65535 HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "::1", 65535)]
    public void A_well_formed_head_names_its_target(string head, string host, int port)
    {
        ConnectHead? target = Read(head, out string problem);

        Assert.Equal((new ConnectHead(host, port), ""), (target, problem));
    }

    [Theory]
    [InlineData("CONNECT graph.microsoft.com HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT graph.microsoft.com: HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT graph.microsoft.com:0 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT graph.microsoft.com:65536 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT graph.microsoft.com:+443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT :443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT a@graph.microsoft.com:443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT https://graph.microsoft.com:443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT ::1:443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT [127.0.0.1]:443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT [x]:443 HTTP/1.1\r\n\r\n", "host:port")]
    [InlineData("CONNECT graph.microsoft.com:443\r\n\r\n", "request line")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/2.0\r\n\r\n", "request line")]
    [InlineData("CONNECT  graph.microsoft.com:443 HTTP/1.1\r\n\r\n", "request line")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\nno header\r\n\r\n", "header")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\n: x\r\n\r\n", "header")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\nA: 1\r\n folded: 2\r\n\r\n", "header")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\nA: 1\nB: 2\r\n\r\n", "control")]
    [InlineData("CONNECT graph.microsoft.com:443\0 HTTP/1.1\r\n\r\n", "control")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\nContent-Length: 1\r\n\r\n", "body")]
    [InlineData("CONNECT graph.microsoft.com:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "body")]
    public void What_is_not_quite_right_is_refused_with_the_reason(string head, string reason)
    {
        Assert.Null(Read(head, out string problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("CONN", null)]
    [InlineData("CONNECT", null)]
    [InlineData("CONNECT ", true)]
    [InlineData("CONNECT x", true)]
    [InlineData("G", false)]
    [InlineData("connect ", false)]
    [InlineData("CONNECTX", false)]
    public void The_method_is_told_from_the_first_bytes(string bytes, bool? expected) => Assert.Equal(expected, ConnectHead.IsConnect(Of(bytes)));

    [Fact]
    public void The_head_ends_with_the_first_empty_line()
    {
        ReadOnlySequence<byte> bytes = Of("CONNECT a:1 HTTP/1.1\r\n\r\nrest\r\n\r\n");

        Assert.Equal("CONNECT a:1 HTTP/1.1\r\n\r\n".Length, bytes.Slice(0, ConnectHead.EndOrNull(bytes)!.Value).Length);
        Assert.Null(ConnectHead.EndOrNull(Of("CONNECT a:1 HTTP/1.1\r\n\r")));
    }

    private static ConnectHead? Read(string head, out string problem) => ConnectHead.ReadOrNull(Of(head), out problem);

    private static ReadOnlySequence<byte> Of(string text) => new(Encoding.Latin1.GetBytes(text));
}
