using Microsoft.Extensions.Options;
using Tributary.Directories;
using Tributary.Directories.MicrosoftGraph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.MicrosoftGraph;

public sealed class GraphDirectoryOptionsTests
{
    [Theory]
    [InlineData("ClientId", "ClientId is 'me'")]
    [InlineData("NoSecret", "must be set")]
    [InlineData("TwoSecrets", "must be set")]
    [InlineData("NoFile", "ClientSecretFile is 'nowhere.secret'")]
    [InlineData("Cloud", "Cloud is 'Germany'")]
    [InlineData("Endpoint", "Endpoint is 'http://graph.example.org'")]
    [InlineData("Path", "Login is 'https://login.example.org/tenant'")]
    [InlineData("Staleness", "MaxStaleness is '01:00:01'")]
    [InlineData("Groups", "MaxGroups is 0")]
    [InlineData("Bytes", "MaxCacheBytes is 1")]
    [InlineData("Timeout", "Timeout is '00:00:00.5000000'")]
    public void Each_wrong_setting_is_told_where_Graph_is_used(string wrong, string expected)
    {
        GraphDirectoryOptions graph = Right();
        _ = wrong switch
        {
            "ClientId" => graph.ClientId = "me",
            "NoSecret" => graph.ClientSecret = null,
            "TwoSecrets" => graph.ClientSecretFile = typeof(GraphDirectoryOptions).Assembly.Location,
            "NoFile" => (graph.ClientSecret, graph.ClientSecretFile) = (null, "nowhere.secret"),
            "Cloud" => graph.Cloud = "Germany",
            "Endpoint" => graph.Endpoint = "http://graph.example.org",
            "Path" => graph.Login = "https://login.example.org/tenant",
            "Staleness" => graph.MaxStaleness = TimeSpan.FromSeconds(3601),
            "Groups" => graph.MaxGroups = 0,
            "Bytes" => graph.MaxCacheBytes = 1,
            _ => (object)(graph.Timeout = TimeSpan.FromSeconds(0.5)),
        };

        Assert.Contains(expected, Assert.Single(new DirectoryOptions { Source = DirectorySource.Graph, Graph = graph }.Problems()), StringComparison.Ordinal);
        Assert.Contains(
            expected, Assert.Single(new DirectoryOptions { Tenants = { [TestServer.Tenant] = new() { Source = DirectorySource.Graph } }, Graph = graph }.Problems()), StringComparison.Ordinal);
        Assert.Empty(new DirectoryOptions { Graph = graph }.Problems());
    }

    [Theory]
    [InlineData("Global", "https://graph.microsoft.com/", "https://login.microsoftonline.com/")]
    [InlineData("usgovernment", "https://graph.microsoft.us/", "https://login.microsoftonline.us/")]
    [InlineData("China", "https://microsoftgraph.chinacloudapi.cn/", "https://login.partner.microsoftonline.cn/")]
    public void The_cloud_tells_where_Graph_and_its_tokens_are(string cloud, string endpoint, string login)
    {
        var options = new GraphDirectoryOptions { Cloud = cloud };

        Assert.Equal((endpoint, login), (options.EndpointUri.ToString(), options.LoginUri.ToString()));
    }

    [Fact]
    public void What_is_right_is_no_problem()
    {
        GraphDirectoryOptions graph = Right();
        graph.Endpoint = "http://127.0.0.1:5080/";
        graph.MaxStaleness = TimeSpan.Zero;

        Assert.Empty(new DirectoryOptions { Source = DirectorySource.Graph, Graph = graph }.Problems());
    }

    [Fact]
    public async Task A_secret_on_the_command_line_ends_the_start()
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync("Directory:Graph:ClientSecret=hush"));

        Assert.Contains("command line", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", exception.Message, StringComparison.Ordinal);
    }

    private static GraphDirectoryOptions Right() => new() { ClientId = ScriptedGraph.ClientId, ClientSecret = "any" };
}
