using Microsoft.Extensions.Time.Testing;
using Tributary.Graph;
using Tributary.Storage;

namespace Tributary.Tests.Graph;

public class SkipTokensTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_token_tells_what_was_sealed_in_it_to_any_node_of_the_store()
    {
        string token = Tokens().Seal("items\n1", 25, "a", "ä\0<");

        SkipToken opened = Tokens().OpenOrNull("items\n1", token)!;

        Assert.Equal(25, opened.PageSize);
        Assert.Equal(["a", "ä\0<"], opened.Position);
        Assert.DoesNotContain(token, character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'));
    }

    [Fact]
    public void It_holds_for_24_hours_and_not_a_moment_longer()
    {
        string token = Tokens().Seal("items", 1, "a");

        _time.Advance(TimeSpan.FromHours(24));
        Assert.NotNull(Tokens().OpenOrNull("items", token));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(Tokens().OpenOrNull("items", token));
    }

    [Fact]
    public void It_holds_for_one_list_of_one_store_in_one_epoch_only()
    {
        string token = Tokens().Seal("items\n1", 1, "a");

        Assert.Null(Tokens().OpenOrNull("items\n2", token));
        Assert.Null(Tokens(id: "another").OpenOrNull("items\n1", token));
        Assert.Null(Tokens(epoch: 2).OpenOrNull("items\n1", token));
    }

    [Fact]
    public void A_single_changed_character_makes_it_invalid()
    {
        string token = Tokens().Seal("items", 1, "a");

        for (int i = 0; i < token.Length - 1; i++)
        {
            char other = token[i] == 'A' ? 'B' : 'A';
            Assert.Null(Tokens().OpenOrNull("items", token[..i] + other + token[(i + 1)..]));
        }

        Assert.Null(Tokens().OpenOrNull("items", token[..^4]));
        Assert.Null(Tokens().OpenOrNull("items", token + "AAAA"));
        Assert.Null(Tokens().OpenOrNull("items", ""));
    }

    private SkipTokens Tokens(string id = "one", long epoch = 1) => new(new IdentifiedDatabase(new StoreIdentity(id, epoch)), _time);

    /// <summary>A database of which only the identity is asked.</summary>
    private sealed class IdentifiedDatabase(StoreIdentity identity) : ISqlDatabase
    {
        public StoreIdentity Identity => identity;

        public ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<T> WriteAsync<T>(WriteScope scope, Func<SqlSession, T> work, long bytes, CancellationToken cancellationToken, Foresight? foresight = null) => throw new NotSupportedException();

        public ValueTask<T> WriteInBackgroundAsync<T>(WriteScope scope, Func<SqlSession, T> work, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> ReclaimAsync(TimeSpan longest, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
