using MarkdownConnector;

namespace Tributary.ConformanceTests.Samples;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Without_arguments_it_runs_the_corpus_against_this_machine()
    {
        ConnectorOptions options = await ParseAsync();

        Assert.Equal("http://localhost:5080/", options.Url.ToString());
        Assert.True(options.IsLocal);
        Assert.Equal("contosodocs", options.ConnectionId);
        Assert.Equal(["admin@tributary.local", "reader@tributary.local"], options.Searchers);
        Assert.Equal(8, options.Concurrency);
        Assert.False(options.Delete);
    }

    [Fact]
    public async Task A_folder_of_ones_own_is_searched_for_everything_unless_words_are_given()
    {
        string folder = Path.GetTempPath();

        Assert.Equal(["*"], (await ParseAsync("--folder", folder)).Searches);
        Assert.Equal(["a", "b c"], (await ParseAsync("--folder", folder, "--search", "a", "--search", "b c")).Searches);
    }

    [Theory]
    [InlineData("https://graph.microsoft.com", false)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://localhost.contoso.example", false)]
    public async Task Only_this_machine_is_local(string url, bool isLocal) => Assert.Equal(isLocal, (await ParseAsync("--url", url)).IsLocal);

    [Theory]
    [InlineData("--concurrency", "0")]
    [InlineData("--concurrency", "26")]
    [InlineData("--concurrency", "many")]
    [InlineData("--url", "localhost:5080")]
    [InlineData("--url", "/v1.0")]
    [InlineData("--documents-url", "docs")]
    [InlineData("--nothing", "x")]
    public void What_is_wrong_is_refused_before_anything_runs(string option, string value) =>
        Assert.NotEmpty(CommandLine.Create((_, _) => Task.FromResult(0)).Parse([option, value]).Errors);

    private static async Task<ConnectorOptions> ParseAsync(params string[] arguments)
    {
        ConnectorOptions? read = null;
        int exitCode = await CommandLine.Create((options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        }).Parse(arguments).InvokeAsync();
        Assert.Equal(0, exitCode);
        return read!;
    }
}
