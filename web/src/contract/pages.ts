/** Lists that the server gives in parts, each with the cursor of the next. */
import { useInfiniteQuery, type InfiniteData, type QueryKey, type UseInfiniteQueryOptions, type UseInfiniteQueryResult } from "@tanstack/preact-query";

interface Part<Item> {
  items: Item[];
  next?: string | null;
}

type Parts<Item> = InfiniteData<Part<Item>, string | undefined>;
type Options<Item, Key extends QueryKey> = UseInfiniteQueryOptions<Part<Item>, Error, Parts<Item>, Key, string | undefined>;

/** The parts read so far, beside one list of all their items; `cursor` is undefined for the first. */
export function usePages<Item, const Key extends QueryKey>(
  queryKey: Key,
  ask: (cursor: string | undefined) => Promise<Part<Item>>,
  more: Pick<Options<Item, Key>, "placeholderData" | "refetchOnWindowFocus" | "staleTime"> = {},
): { found: UseInfiniteQueryResult<Parts<Item>>; items: Item[] } {
  const found = useInfiniteQuery<Part<Item>, Error, Parts<Item>, Key, string | undefined>({
    queryKey,
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    ...more,
  });
  return { found, items: found.data?.pages.flatMap((page) => page.items) ?? [] };
}
