declare module "virtual:parts" {
  export const parts: readonly { name: string; version: string; licence: string; text: string }[];
}
