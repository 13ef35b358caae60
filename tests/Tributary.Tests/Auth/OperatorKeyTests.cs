using Tributary.Auth;

namespace Tributary.Tests.Auth;

public sealed class OperatorKeyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tributary-key-").FullName;

    private string KeyFile => Path.Combine(_directory, "operator.key");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_key_that_there_is_lets_the_server_start()
    {
        string made = OperatorKey.Read(_directory);

        await using AuthHost host = await AuthHost.StartAsync(dataDirectory: _directory);

        Assert.Equal(made, OperatorKey.Read(_directory));
        Assert.Equal("tributary-operator-".Length + 43, made.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    [InlineData(19 + 42)]
    public async Task What_is_left_of_a_key_is_none_and_stops_the_start(int length)
    {
        string left = OperatorKey.Read(_directory)[..length];
        await File.WriteAllTextAsync(KeyFile, left, TestContext.Current.CancellationToken);

        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => AuthHost.StartAsync(dataDirectory: _directory));

        Assert.StartsWith($"The key file {KeyFile} holds no operator key", failure.Message, StringComparison.Ordinal);
        Assert.Contains("delete it to have a new key made", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret text of the right length, which is no key at all, as it seems.")]
    [InlineData("tributary-operator-secret text with blanks in it that is long enough for one")]
    public void Other_text_is_refused_and_not_quoted(string content)
    {
        KeyFiles.Write(KeyFile, content);

        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => OperatorKey.Read(_directory));

        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_its_place_is_named()
    {
        Directory.CreateDirectory(KeyFile);

        Assert.StartsWith(
            $"The key file {KeyFile} cannot be read",
            Assert.Throws<InvalidDataException>(() => OperatorKey.Read(_directory)).Message,
            StringComparison.Ordinal);
    }
}
