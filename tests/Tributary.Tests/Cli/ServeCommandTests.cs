using Tributary.Cli;

namespace Tributary.Tests.Cli;

public sealed class ServeCommandTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("5081")]
    [InlineData("65535")]
    public void A_proxy_has_the_number_of_a_port(string port) => Assert.Empty(ServeCommand.Create().Parse(["--proxy", port]).Errors);

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("5081.0")]
    public void What_is_no_port_is_told_with_what_it_may_be(string port) => Assert.Equal(
        [$"--proxy is '{port}'; it must be the number of a port, up to 65535, or 0 for any free one."],
        ServeCommand.Create().Parse(["--proxy", port]).Errors.Select(error => error.Message));
}
