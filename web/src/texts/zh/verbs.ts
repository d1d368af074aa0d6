export const verbs = {} as const;
