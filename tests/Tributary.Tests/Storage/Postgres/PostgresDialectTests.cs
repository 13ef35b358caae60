using CsCheck;
using Tributary.Storage;
using Tributary.Storage.Postgres;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What PostgreSQL is given in other words than SQLite, and that it gives back the same.</summary>
public sealed class PostgresDialectTests
{
    /// <summary>The signs at the edges, and some between.</summary>
    private static readonly string[] Signs = ["\0", "\u0001", "\u0002", "\u0003", "a", "ß", "\u07FF", "\u0800", "\uFFFF", "\U00010000", "\U0010FFFF"];

    private static readonly Gen<string> Texts = Gen.Int[0, Signs.Length - 1].Array[0, 8].Select(places => string.Concat(places.Select(place => Signs[place])));

    [Fact]
    public void Every_text_comes_back_as_it_was() =>
        Texts.Sample(text => Assert.Equal(text, PostgresDialect.Instance.FromStored(PostgresDialect.ToStored(text))));

    [Fact]
    public void No_text_is_stored_with_what_PostgreSQL_has_not() => Texts.Sample(text => Assert.DoesNotContain('\0', PostgresDialect.ToStored(text)));

    [Fact]
    public void Texts_are_stored_in_the_order_that_they_have_in_SQLite() => Texts.Select(Texts).Sample((one, other) =>
        Assert.Equal(Math.Sign(Compare(one, other)), Math.Sign(Compare(PostgresDialect.ToStored(one), PostgresDialect.ToStored(other)))));

    [Fact]
    public void Half_a_character_becomes_the_sign_for_none_as_in_SQLite() => Assert.Equal("a\uFFFDb", PostgresDialect.ToStored("a\uD800b"));

    [Fact]
    [NeedsPostgres]
    public void The_database_keeps_and_orders_texts_as_they_are()
    {
        using var session = new SqlSession(Opened(), PostgresDialect.Instance);
        session.Execute("CREATE TEMPORARY TABLE text (id TEXT COLLATE \"C\" PRIMARY KEY)");
        string[] texts = ["", "\0", "\0\0", "\0a", "\u0001", "\u0001\u0001", "\u0001\u0002", "\u0002", "a\0b", "a\u0001b", "ab", "\uFFFF", "\U0001F600"];
        foreach (string text in texts.Reverse())
        {
            session.Execute("INSERT INTO text (id) VALUES (@id)", text);
        }

        Assert.Equal(texts, Read(session.Query("SELECT id FROM text ORDER BY id")));
        Assert.Equal(["\0a", "a\0b"], Read(session.Query("SELECT t.id FROM json_each(@ids) g CROSS JOIN text t WHERE t.id = g.value ORDER BY g.rowid", (object)new[] { "\0a", "no", "a\0b" })));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    public void A_query_for_many_values_is_read_for_each_until_enough_is_read(int count)
    {
        using var session = new SqlSession(Opened(), PostgresDialect.Instance);
        object?[][] values = [.. Enumerable.Range(0, count).Select(i => new object?[] { (string[])[$"a{i}", "b"], i })];
        foreach (int enough in (int[])[count, 1, (count + 1) / 2])
        {
            var read = new List<string>();
            session.QueryEach("SELECT g.value FROM json_each(@texts) g WHERE @number % 3 > 0 ORDER BY g.rowid", values, (i, reader) =>
            {
                var texts = new List<string>();
                while (reader.Read())
                {
                    texts.Add(reader.GetString(0));
                }

                read.Add($"{i}: {string.Join(' ', texts)}");
                return read.Count < enough;
            });

            Assert.Equal(Enumerable.Range(0, enough).Select(i => i % 3 == 0 ? $"{i}: " : $"{i}: a{i} b"), read);
            Assert.Equal(7, session.ScalarOrNull("SELECT 7"));
        }
    }

    [Theory]
    [InlineData("SELECT a FROM t WHERE b = @b AND c = @c AND d = @b", "SELECT a FROM t WHERE b = $1 AND c = $2 AND d = $1")]
    [InlineData("SELECT @group COLLATE BINARY", "SELECT $1 COLLATE \"C\"")]
    [InlineData("FROM json_each(@ids) g CROSS JOIN t WHERE t.a = @a", "FROM unnest($1) WITH ORDINALITY g (value, rowid) CROSS JOIN t WHERE t.a = $2")]
    [InlineData("SELECT @a, @ab", "SELECT $1, $2")]
    [InlineData("FROM a CROSS JOIN /*pg LATERAL (SELECT b.* FROM */ b WHERE b.c = @c /*pg OFFSET 0) b */", "FROM a CROSS JOIN LATERAL (SELECT b.* FROM  b WHERE b.c = $1 OFFSET 0) b ")]
    [InlineData("a.hash = unhex(g.value)", "a.hash = decode(g.value, 'hex')")]
    public void Statements_are_said_in_PostgreSQLs_words(string sql, string translated) => Assert.Equal(translated, PostgresDialect.Instance.Translate(sql));

    [Fact]
    [NeedsPostgres]
    public void What_no_column_holds_is_refused()
    {
        using var session = new SqlSession(Opened(), PostgresDialect.Instance);
        Assert.Throws<ArgumentException>(() => session.Execute("SELECT @a", 1.5));
    }

    private static Npgsql.NpgsqlConnection Opened()
    {
        var connection = new Npgsql.NpgsqlConnection(PostgresServer.Get().ConnectionString);
        connection.Open();
        return connection;
    }

    private static List<string> Read(SqlReader reader)
    {
        using (reader)
        {
            var read = new List<string>();
            while (reader.Read())
            {
                read.Add(reader.GetString(0));
            }

            return read;
        }
    }

    private static int Compare(string one, string other) => System.Text.Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other));
}
