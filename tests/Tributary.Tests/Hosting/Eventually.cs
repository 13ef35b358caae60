using System.Diagnostics;

namespace Tributary.Tests.Hosting;

/// <summary>Waits for a condition, never for a time: for what the server does in the background, which nothing but asking can follow.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(5);

    /// <summary>Asks again and again until the answer satisfies the condition; fails with the last one when it never does.</summary>
    public static async Task<T> HoldsAsync<T>(Func<Task<T>> ask, Func<T, bool> condition)
    {
        long begun = Stopwatch.GetTimestamp();
        T answer = await ask();
        while (!condition(answer))
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, $"It never came to hold. The last answer: {answer}");
            await Task.Delay(BetweenTries);
            answer = await ask();
        }

        return answer;
    }

    /// <param name="condition">Asked again until it is true.</param>
    /// <param name="what">What is waited for, told when it never comes.</param>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, $"{what}: not within {Patience}.");
            await Task.Delay(BetweenTries);
        }
    }
}
