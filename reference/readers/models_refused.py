"""Model types of transformers whose rotary embedding, if they have any, is not read, and why.

Source: the configuration and modeling code of transformers 5.23.0. A test goes through all
model types it has: each is in the table of `models`, or here.
"""

_WITHOUT = """
aimv2_text_model aimv2_vision_model albert align_text_model align_vision_model
altclip_text_model altclip_vision_model audio-spectrogram-transformer audioflamingo3_encoder
autoformer bark bart beit bert bert-generation big_bird bigbird_pegasus biogpt bit blenderbot
blenderbot-small blip_2_qformer blip_2_vision_model blip_text_model blip_vision_model bloom
bridgetower_text_model bridgetower_vision_model bros camembert canary_decoder canine
chameleon_vqgan chinese_clip_text_model chinese_clip_vision_model chmv2 clap_audio_model
clap_text_model clip_text_model clip_vision_model clipseg_text_model clipseg_vision_model
cohere_asr conditional_detr convbert convnext convnextv2 cosmos3_edge_vision cpmant ctrl cvt
d_fine dab-detr dac data2vec-audio data2vec-text data2vec-vision deberta deberta-v2
decision_transformer deepseek_ocr2_sam_vision_model deformable_detr deimv2 deit depth_anything
depth_pro detr dinat dinov2 dinov2_with_registers dinov3_convnext distilbert donut-swin dpr
dpt edgetam edgetam_mask_decoder edgetam_prompt_encoder edgetam_video_mask_decoder
edgetam_video_prompt_encoder edgetam_vision_model efficientnet electra emu3_vqgan encodec eomt
ernie falcon_mamba fastspeech2_conformer fastspeech2_conformer_hifigan
fastspeech2_conformer_with_hifigan flaubert flava_image_codebook flava_image_model
flava_multimodal_model flava_text_model florence_vision fnet focalnet fsmt
fun_asr_nano_encoder funnel gemma3n_audio gemma3n_vision gemma4_audio gemma4_unified_audio
gemma4_unified_vision git git_vision_model glm_image_vision glm_image_vqmodel glpn
got_ocr2_vision gpt2 gpt_bigcode gpt_neo granite_docling_vision granite_speech5_encoder
granite_speech_encoder granite_speech_plus_encoder groupvit_text_model groupvit_vision_model
hgnet_v2 hiera higgs_audio_v2_tokenizer hubert hunyuan_vl_vision ibert idefics2_perceiver
idefics2_vision idefics3_vision idefics_perciever idefics_vision ijepa imagegpt informer
inkling_audio inkling_vision instructblip_qformer instructblip_vision_model
instructblipvideo_qformer instructblipvideo_vision_model internvl_vision janus_vision_model
janus_vqgan kosmos_2_5_text_model kosmos_2_5_vision_model kosmos_2_text_model
kosmos_2_vision_model layoutlm layoutlmv2 layoutlmv3 layoutxlm led levit lilt longformer
longt5 luke lw_detr lw_detr_vit lxmert m2m_100 mamba mamba2 marian markuplm mask2former
maskformer maskformer-swin mbart megatron-bert metaclip_2_text_model metaclip_2_vision_model
mgp-str minicpm_ocr_vision minicpmv4_6_vision minicpmv4_7_vision mllama_vision_model
mobilebert mobilenet_v1 mobilenet_v2 mobilevit mobilevitv2 molmo2_adapter molmo2_vision
moonshine_streaming_encoder moss_transcribe_diarize_audio mpnet mpt mra mt5 muse_spark_audio
musicgen_decoder musicgen_melody_decoder mvp nemotron3_5_transcribe_audio
nemotron_asr_streaming_encoder nllb-moe nystromformer oneformer openai-gpt opt ovis2_vision
owlv2_text_model owlv2_vision_model owlvit_text_model owlvit_vision_model parakeet_encoder
patchtsmixer patchtst pegasus pegasus_x perceiver phi4_multimodal_audio phi4_multimodal_vision
pix2struct_text_model pix2struct_vision_model pixio plbart poolformer pop2piano
pp_chart2table_vision pp_doclayout_v2 pp_doclayout_v3 pp_doclayout_v4 pp_formulanet_text
pp_formulanet_vision pp_lcnet pp_lcnet_v3 pp_lcnet_v4 pp_ocrv5_mobile_det pp_ocrv5_mobile_rec
pp_ocrv5_server_det pp_ocrv5_server_rec pp_ocrv6_medium_det pp_ocrv6_small_det
pp_ocrv6_small_rec pp_ocrv6_tiny_rec prompt_depth_anything prophetnet pvt pvt_v2
qianfan_ocr_vision qwen2_5_omni_audio_encoder qwen2_5_omni_bigvgan qwen2_5_omni_token2wav
qwen2_audio_encoder qwen3_asr_encoder qwen3_omni_moe_audio_encoder radio rag reformer regnet
rembert resnet rf_detr rf_detr_dinov2 roberta roberta-prelayernorm roc_bert rt_detr
rt_detr_resnet rt_detr_v2 rwkv sam sam2 sam2_hiera_det_model sam2_mask_decoder
sam2_prompt_encoder sam2_video_mask_decoder sam2_video_prompt_encoder sam2_vision_model
sam3_detr_decoder sam3_detr_encoder sam3_geometry_encoder sam3_lite_text_detr_decoder
sam3_lite_text_detr_encoder sam3_lite_text_geometry_encoder sam3_lite_text_mask_decoder
sam3_lite_text_text_model sam3_mask_decoder sam3_tracker sam3_tracker_mask_decoder
sam3_tracker_prompt_encoder sam3_tracker_video_mask_decoder sam3_tracker_video_prompt_encoder
sam3_video sam3_vision_model sam_hq sam_hq_mask_decoder sam_hq_prompt_encoder
sam_hq_vision_model sam_mask_decoder sam_prompt_encoder sam_vision_model sapiens2_head
seamless_m4t_v2 segformer seggpt sew sew-d siglip2_text_model siglip2_vision_model
siglip_text_model siglip_vision_model slanet slanext slanext_vision smolvlm_vision
speech_to_text speecht5 speecht5_hifigan splinter squeezebert superglue superpoint swiftformer
swin swin2sr swinv2 switch_transformers t5 table-transformer tapas textnet
time_series_transformer timesfm timesformer timm_backbone timm_wrapper tipsv2_dpt
tipsv2_text_model tipsv2_vision_model trocr tvp udop umt5 unispeech unispeech-sat univnet
unlimited_ocr_sam_vision_model unlimited_ocr_vision_encoder upernet uvdoc uvdoc_backbone
vibevoice_acoustic_tokenizer vibevoice_acoustic_tokenizer_decoder
vibevoice_acoustic_tokenizer_encoder vibevoice_diffusion videomae videomt
videoprism_text_model videoprism_vision_model vilt visual_bert vit vit_mae vit_msn vitdet
vitmatte vitpose vitpose_backbone vits vivit voxtral_encoder wav2vec2 wavlm whisper
xclip_text_model xclip_vision_model xcodec xglm xlm xlm-roberta xlm-roberta-xl xlnet xlstm
xmod yolos yoso zamba zoedepth
"""
"""Absolute, relative or learned positions, convolutions, no attention at all."""

_UNPLACED = """
glm5_next_text inkling2_text inkling_text jamba kimi_linear moshi_depth nemotron_h
"""
"""Attention that gets no positions."""

_IMAGES = """
cohere_compass_vision dots3_note_vision_encoder edgetam_video ernie4_5_vl_moe_vision
exaone4_5_vision gemma4_vision glm4v_moe_vision glm4v_vision glm5_next_vision glm_ocr_vision
inkling2_vision kimi_k25_vision lfm3_vl_vision llama4_vision_model minimax_m3_vl_vision
mlcd_vision_model muse_glimmer_vision muse_spark_vision paddleocr_vl_vision pixtral
qwen2_5_omni_vision_encoder qwen2_5_vl_vision qwen2_vl_vision qwen3_5_moe_vision
qwen3_5_vision qwen3_omni_moe_vision_encoder qwen3_vl_moe_vision qwen3_vl_vision
qwen4_exp_vision sam2_video sam3_tracker_video sam3_vit_model step3p5_vision
video_llama_3_vision
"""
"""Vision parts."""

_OF_IMAGES = "it turns along the axes of an image, which ropespec.reference.axes describes"
_GRID = "it turns by coordinates of a grid in (-1, 1), which ropespec.reference.axes describes"
_SWITCHED = "an audio encoder whose position_embeddings_type chooses among three kinds"
_VALUES = "it turns its values too, by a fixed table, and has no key for it"

REFUSED: dict[str, str] = {
    **dict.fromkeys(_WITHOUT.split(), "this model type has no rotary embedding"),
    **dict.fromkeys(_UNPLACED.split(), "its attention gets no positions: nothing rotates"),
    **dict.fromkeys(_IMAGES.split(), _OF_IMAGES),
    **dict.fromkeys(("dinov3_vit", "eomt_dinov3", "sapiens2"), _GRID),
    **dict.fromkeys(("wav2vec2-bert", "wav2vec2-conformer", "seamless_m4t"), _SWITCHED),
    **dict.fromkeys(("clvp", "clvp_encoder", "clvp_decoder"), _VALUES),
    "efficientloftr": "its axes are those of an image, dealt out frequency by frequency",
    "esmfold2": "it turns by the coordinates of atoms",
    "lightglue": "its frequencies are learned: they are in the weights",
    "qwen2_5_omni_dit": "it turns the first head alone",
    "vjepa2": "its cosines and sines are tiled over interleaved pairs: no rotation",
    "baichuan": "the 7B model pairs halves and the 13B model has ALiBi, and no key says which; "
    "give the argument layout for the first (from memory)",
    "bloom": "it has ALiBi in place of a rotary embedding",
    "mpt": "it has ALiBi or learned positions in place of a rotary embedding",
}
"""Why, in words that follow a semicolon, by model type."""
