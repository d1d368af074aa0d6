export const ahead = {} as const;
